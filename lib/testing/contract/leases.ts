import assert from "node:assert/strict";
import { free, NOW, refused } from "./locking.ts";
import { type ContractCase, delay, freshKey } from "./subject.ts";

/** How long a lock lasts, and what becomes of one that was lost. */
export const leaseCases: readonly ContractCase[] = [
  {
    name: "a lease that is not renewed runs out: somebody else gets the lock, and its first holder is told",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const first = await store.lock(key, { wait: 0, lease: 100 });
      const second = await store.lock(key, { wait: 5000, lease: 20_000 });
      assert.equal(await first.renew(), false);
      assert.equal(await first.renew(), false);
      assert.equal(await second.renew(), true);
      // Nor does the first let anybody in by releasing what it no longer has.
      await first.release();
      await refused(store, key, NOW);
      await second.release();
      await free(store, key);
    },
  },
  {
    name: "releasing a lock that was lost without noticing frees nobody else's",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const first = await store.lock(key, { wait: 0, lease: 50 });
      const second = await store.lock(key, { wait: 5000, lease: 20_000 });
      await first.release();
      await refused(store, key, NOW);
      assert.equal(await second.renew(), true);
      await second.release();
      await free(store, key);
    },
  },
  {
    name: "a lease that is renewed lasts",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const lock = await store.lock(key, { wait: 0, lease: 1000 });
      for (let i = 0; i < 6; i++) {
        await delay(200);
        assert.equal(await lock.renew(), true);
        await refused(store, key, NOW);
      }
      await lock.release();
      await free(store, key);
    },
  },
  {
    name: "a lock may be released twice, and the second time frees nobody else's",
    needs: ["lock"],
    async run(store) {
      const key = freshKey();
      const first = await store.lock(key, NOW);
      await first.release();
      assert.equal(await first.renew(), false);
      const second = await store.lock(key, NOW);
      await first.release();
      await refused(store, key, NOW);
      assert.equal(await second.renew(), true);
      await second.release();
    },
  },
];
