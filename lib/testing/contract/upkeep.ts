import assert from "node:assert/strict";
import type { SessionStore } from "../../stores/store.ts";
import { type ContractCase, freshKey, HOSTILE, HOUR, put } from "./subject.ts";

const DAY = 24 * HOUR;

async function present(store: SessionStore, keys: readonly string[]): Promise<boolean[]> {
  const found = await Promise.all(keys.map((key) => store.get(key)));
  return found.map((one) => one !== undefined);
}

/** Pruning, odd keys, closing. */
export const upkeepCases: readonly ContractCase[] = [
  {
    name: "prune removes what expired before the instant, and only that",
    needs: ["prune"],
    needsExpired: true,
    async run(store) {
      const before = Date.now() - DAY;
      const [gone, exact, later, live, never] = [freshKey(), freshKey(), freshKey(), freshKey(), freshKey()];
      await put(store, gone, { expiresAt: before - 1 });
      await put(store, exact, { expiresAt: before });
      await put(store, later, { expiresAt: before + 1 });
      await put(store, live);
      await put(store, never, { expiresAt: null });
      assert.equal(await store.prune(before, 100), 1);
      assert.deepEqual(await present(store, [gone, exact, later, live, never]), [
        false,
        true,
        true,
        true,
        true,
      ]);
      assert.equal(await store.prune(before, 100), 0);
    },
  },
  {
    name: "prune keeps to its limit and gives the count",
    needs: ["prune"],
    needsExpired: true,
    async run(store) {
      const now = Date.now();
      const keys = Array.from({ length: 30 }, freshKey);
      await Promise.all(keys.map((key, index) => put(store, key, { expiresAt: now - DAY - index })));
      const counts = [];
      for (const limit of [0, 1, 19, 100, 100]) counts.push(await store.prune(now, limit));
      assert.deepEqual(counts, [0, 1, 19, 10, 0]);
      assert.ok((await present(store, keys)).every((one) => !one));
    },
  },
  {
    name: "prune goes by the touched expiry, not by the first",
    needs: ["prune"],
    needsExpired: true,
    async run(store) {
      const now = Date.now();
      const [extended, shortened] = [freshKey(), freshKey()];
      await put(store, extended, { expiresAt: now - DAY });
      await store.touch(extended, now, now + DAY);
      await put(store, shortened, { expiresAt: now + DAY });
      await store.touch(shortened, now, now - DAY);
      assert.equal(await store.prune(now, 100), 1);
      assert.deepEqual(await present(store, [extended, shortened]), [true, false]);
    },
  },
  {
    name: "keeps hostile keys apart",
    async run(store) {
      await Promise.all(HOSTILE.map((key, index) => put(store, key, { value: `value ${index}` })));
      const found = await Promise.all(HOSTILE.map(async (key) => (await store.get(key))?.value));
      assert.deepEqual(
        found,
        HOSTILE.map((_, index) => `value ${index}`),
      );
      for (const [index, key] of HOSTILE.entries()) {
        assert.equal(await store.touch(key, Date.now(), null), true, JSON.stringify(key));
        assert.equal(await store.delete(key), true, JSON.stringify(key));
        const rest = HOSTILE.slice(index + 1);
        assert.ok(
          (await present(store, rest)).every(Boolean),
          `deleting ${JSON.stringify(key)} took another`,
        );
      }
    },
  },
  {
    name: "closes twice without complaint",
    async run(store) {
      await put(store, freshKey());
      await store.close?.();
      await store.close?.();
    },
  },
];
