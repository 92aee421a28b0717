import assert from "node:assert/strict";
import type { SessionStore } from "../../stores/store.ts";
import { type ContractCase, freshKey, HOUR, put } from "./subject.ts";

const DAY = 24 * HOUR;

/** Calls prune; a store without the method has nothing to show. */
const prune = (store: SessionStore, before: number, limit: number) =>
  store.prune?.(before, limit) ?? undefined;

async function present(store: SessionStore, keys: readonly string[]): Promise<boolean[]> {
  const found = await Promise.all(keys.map((key) => store.get(key)));
  return found.map((one) => one !== undefined);
}

const HOSTILE: readonly string[] = [
  "'",
  `"`,
  "a'; DROP TABLE sessions; --",
  "../../etc/passwd",
  "..",
  ".",
  "a/b",
  "a\\b",
  "nul\0a",
  "nul\0b",
  "nul",
  "new\nline",
  "%00",
  "*",
  "{a}",
  "__proto__",
  "constructor",
  "ключ 🔑",
  "e\u0301",
  "\u00e9",
  "K",
  "k",
  " k",
  "k".repeat(1024),
  `${"k".repeat(1023)}j`,
  "A".repeat(43),
  // The same 32 bytes to a lenient base64 decoder.
  `${"A".repeat(42)}B`,
];

/** Pruning, odd keys, closing. */
export const upkeepCases: readonly ContractCase[] = [
  {
    name: "prune removes what expired before the instant, and only that",
    needsExpired: true,
    async run(store) {
      const before = Date.now() - DAY;
      const [gone, exact, later, live, never] = [freshKey(), freshKey(), freshKey(), freshKey(), freshKey()];
      await put(store, gone, { expiresAt: before - 1 });
      await put(store, exact, { expiresAt: before });
      await put(store, later, { expiresAt: before + 1 });
      await put(store, live);
      await put(store, never, { expiresAt: null });
      const removed = await prune(store, before, 100);
      if (removed === undefined) return;
      assert.equal(removed, 1);
      assert.deepEqual(await present(store, [gone, exact, later, live, never]), [
        false,
        true,
        true,
        true,
        true,
      ]);
      assert.equal(await prune(store, before, 100), 0);
    },
  },
  {
    name: "prune keeps to its limit and gives the count",
    needsExpired: true,
    async run(store) {
      const now = Date.now();
      const keys = Array.from({ length: 30 }, freshKey);
      await Promise.all(keys.map((key, index) => put(store, key, { expiresAt: now - DAY - index })));
      const counts = [];
      for (const limit of [0, 1, 19, 100, 100]) counts.push(await prune(store, now, limit));
      if (counts[0] === undefined) return;
      assert.deepEqual(counts, [0, 1, 19, 10, 0]);
      assert.ok((await present(store, keys)).every((one) => !one));
    },
  },
  {
    name: "prune goes by the touched expiry, not by the first",
    needsExpired: true,
    async run(store) {
      const now = Date.now();
      const [extended, shortened] = [freshKey(), freshKey()];
      await put(store, extended, { expiresAt: now - DAY });
      await store.touch(extended, now, now + DAY);
      await put(store, shortened, { expiresAt: now + DAY });
      await store.touch(shortened, now, now - DAY);
      if ((await prune(store, now, 100)) === undefined) return;
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
