import assert from "node:assert/strict";
import { type ContractCase, freshKey, HOUR, put, record } from "./subject.ts";

const AT_ONCE = 50;

/** Compare-and-set: one atomic step, whoever else is writing. */
export const conditionCases: readonly ContractCase[] = [
  {
    name: 'set "absent" writes only where there is no record',
    async run(store) {
      const key = freshKey();
      const version = await store.set(key, record({ value: "first" }), "absent");
      assert.equal(typeof version, "string");
      assert.equal(await store.set(key, record({ value: "second" }), "absent"), false);
      const found = await store.get(key);
      assert.deepEqual([found?.value, found?.version], ["first", version]);
    },
  },
  {
    name: 'set "present" writes only over a record',
    async run(store) {
      const key = freshKey();
      assert.equal(await store.set(key, record(), "present"), false);
      assert.equal(await store.get(key), undefined);
      await put(store, key);
      const version = await store.set(key, record({ value: "second" }), "present");
      const found = await store.get(key);
      assert.deepEqual([found?.value, found?.version], ["second", version]);
    },
  },
  {
    name: "set { version } writes only over just that version",
    async run(store) {
      const key = freshKey();
      const first = await put(store, key);
      const second = await store.set(key, record({ value: "second" }), { version: first });
      assert.equal(typeof second, "string");
      assert.equal(await store.set(key, record({ value: "third" }), { version: first }), false);
      const found = await store.get(key);
      assert.deepEqual([found?.value, found?.version], ["second", second]);
    },
  },
  {
    name: "set { version } gives false without a record, and for what never was a version",
    async run(store) {
      const key = freshKey();
      assert.equal(await store.set(key, record(), { version: "1" }), false);
      assert.equal(await store.get(key), undefined);
      const version = await put(store, key);
      for (const wrong of ["", "nonsense", "-1", "NaN", "1e400", ` ${version}`, `${version}.0`]) {
        assert.equal(await store.set(key, record(), { version: wrong }), false, JSON.stringify(wrong));
      }
    },
  },
  {
    name: `lets exactly one of ${AT_ONCE} concurrent creations win`,
    async run(store) {
      const key = freshKey();
      const results = await atOnce((i) => store.set(key, record({ value: String(i) }), "absent"));
      const winner = onlyWinner(results);
      const found = await store.get(key);
      assert.deepEqual([found?.value, found?.version], [String(winner), results[winner]]);
    },
  },
  {
    name: `lets exactly one of ${AT_ONCE} concurrent writes over one version win`,
    async run(store) {
      const key = freshKey();
      const version = await put(store, key);
      const results = await atOnce((i) => store.set(key, record({ value: String(i) }), { version }));
      const winner = onlyWinner(results);
      const found = await store.get(key);
      assert.deepEqual([found?.value, found?.version], [String(winner), results[winner]]);
    },
  },
  {
    name: "never uses a version again, not even for a key deleted and made anew",
    async run(store) {
      const key = freshKey();
      const versions: string[] = [];
      for (let i = 0; i < 20; i++) {
        versions.push(await put(store, key), await put(store, key));
        await store.delete(key);
      }
      assert.equal(new Set(versions).size, versions.length);
      const current = await put(store, key, { value: "alive" });
      for (const version of versions) {
        assert.equal(await store.set(key, record({ value: "old" }), { version }), false);
      }
      const found = await store.get(key);
      assert.deepEqual([found?.value, found?.version], ["alive", current]);
    },
  },
  {
    name: "does not bring a deleted record back when a write over it races with the deletion",
    async run(store) {
      for (let i = 0; i < 20; i++) {
        const key = freshKey();
        const version = await put(store, key);
        const save = () => store.set(key, record(), { version });
        const end = () => store.delete(key);
        await Promise.all(i % 2 === 0 ? [save(), end()] : [end(), save()]);
        assert.equal(await store.get(key), undefined);
      }
    },
  },
  {
    name: "counts a record past its expiry but not yet pruned as present",
    needsExpired: true,
    async run(store) {
      const key = freshKey();
      const version = await put(store, key, { expiresAt: Date.now() - HOUR });
      assert.equal(await store.set(key, record(), "absent"), false);
      assert.equal((await store.get(key))?.version, version);
      assert.notEqual(await store.set(key, record(), { version }), false);
    },
  },
];

function atOnce<T>(act: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: AT_ONCE }, (_, index) => act(index)));
}

function onlyWinner(results: ReadonlyArray<string | false>): number {
  assert.equal(results.filter((result) => result !== false).length, 1, "exactly one wins");
  return results.findIndex((result) => result !== false);
}
