import assert from "node:assert/strict";
import type { LockOptions } from "../../stores/store.ts";
import { free, type LockingStore, NOW, refused } from "./locking.ts";
import { type ContractCase, delay, freshKey, HOUR, put, record } from "./subject.ts";

const PATIENT: LockOptions = { wait: 20_000, lease: 20_000 };
const WAITERS = 50;

/** One holder at a time, bounded waiting, fencing. */
export const lockCases: readonly ContractCase[] = [
  {
    name: "lock lets one in at a time",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      await put(store, key, { value: "0" });
      await Promise.all(
        Array.from({ length: 10 }, () =>
          held(store, key, async () => {
            const value = Number((await store.get(key))?.value) + 1;
            await delay(1);
            await store.set(key, record({ value: String(value) }));
          }),
        ),
      );
      assert.equal((await store.get(key))?.value, "10");
    },
  },
  {
    name: `lock lets each of ${WAITERS} waiters have its turn`,
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      let [inside, turns] = [0, 0];
      await Promise.all(
        Array.from({ length: WAITERS }, () =>
          held(store, key, async () => {
            assert.equal(++inside, 1);
            await delay(0);
            inside--;
            turns++;
          }),
        ),
      );
      assert.equal(turns, WAITERS);
    },
  },
  {
    name: "lock gives up after `wait` with LockTimeoutError",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const lock = await store.lock(key, NOW);
      const startedAt = performance.now();
      await refused(store, key, { wait: 100, lease: 1000 });
      const took = performance.now() - startedAt;
      assert.ok(took >= 95 && took < 5000, `gave up after ${took} ms`);
      await lock.release();
      await free(store, key);
    },
  },
  {
    name: "lock with wait 0 takes a free lock, and does not wait for a held one",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const lock = await store.lock(key, NOW);
      await refused(store, key, NOW);
      await free(store, freshKey());
      await lock.release();
      await free(store, key);
    },
  },
  {
    name: "lock with a signal that is aborted already rejects with its reason and takes nothing",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const reason = new Error("the visitor has gone");
      await assert.rejects(store.lock(key, { ...PATIENT, signal: AbortSignal.abort(reason) }), reason);
      await free(store, key);
    },
  },
  {
    name: "lock stops waiting when its signal is aborted",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const lock = await store.lock(key, NOW);
      const reason = new Error("the visitor has gone");
      const controllers = [new AbortController(), new AbortController()];
      const waiting = controllers.map(({ signal }) => store.lock(key, { wait: 5000, lease: 1000, signal }));
      const settled = Promise.allSettled(waiting);
      await delay(30);
      const startedAt = performance.now();
      for (const controller of controllers) controller.abort(reason);
      for (const result of await settled) assert.equal((result as PromiseRejectedResult).reason, reason);
      assert.ok(performance.now() - startedAt < 4000, "went on waiting");
      await lock.release();
      await free(store, key);
    },
  },
  {
    name: "lock gives the record a new version and changes nothing else",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const version = await put(store, key, { value: "kept", subject: "somebody" });
      const later = Date.now() + 1000;
      await store.touch(key, later, later + HOUR);
      const before = await store.get(key);
      const lock = await store.lock(key, NOW);
      const fenced = await store.get(key);
      assert.notEqual(fenced?.version, version);
      assert.deepEqual({ ...fenced, version: "" }, { ...before, version: "" });
      // Whoever held it before and comes back late.
      assert.equal(await store.set(key, record({ value: "late" }), { version }), false);
      assert.notEqual(await store.set(key, record(), { version: fenced?.version ?? "" }), false);
      await lock.release();
    },
  },
  {
    name: "lock needs no record and makes none",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const lock = await store.lock(key, NOW);
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.touch(key, 1, null), false);
      assert.equal(await store.delete(key), false);
      assert.notEqual(await store.set(key, record(), "absent"), false);
      assert.equal(await lock.renew(), true);
      await lock.release();
    },
  },
  {
    name: "lock stops nobody who does not ask for it, and outlives the record",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      await put(store, key);
      const lock = await store.lock(key, NOW);
      assert.notEqual(await store.set(key, record({ value: "changed" }), "present"), false);
      assert.equal((await store.get(key))?.value, "changed");
      assert.equal(await store.delete(key), true);
      assert.equal(await store.get(key), undefined);
      await refused(store, key, NOW);
      assert.equal(await lock.renew(), true);
      await lock.release();
    },
  },
  {
    name: "prune leaves locks that are held alone",
    needs: ["lock", "prune"],
    needsExpired: true,
    async run(store) {
      const [expired, none] = [freshKey(), freshKey()];
      await put(store, expired, { expiresAt: Date.now() - HOUR });
      const locks = await Promise.all([store.lock(expired, NOW), store.lock(none, NOW)]);
      assert.equal(await store.prune(Date.now(), 10), 1);
      for (const key of [expired, none]) await refused(store, key, NOW);
      for (const lock of locks) {
        assert.equal(await lock.renew(), true);
        await lock.release();
      }
      assert.equal(await store.get(expired), undefined);
    },
  },
];

async function held(store: LockingStore, key: string, act: () => Promise<void>): Promise<void> {
  const lock = await store.lock(key, PATIENT);
  try {
    await act();
  } finally {
    await lock.release();
  }
}
