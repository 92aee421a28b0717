import assert from "node:assert/strict";
import { freshKey, record, type StoreUnderTest } from "./subject.ts";

/** What outlives the process. */
export const durabilityCases: ReadonlyArray<{
  readonly name: string;
  run(subject: StoreUnderTest): Promise<void>;
}> = [
  {
    name: "keeps records, deletions and versions over a restart",
    async run(subject) {
      const [kept, deleted] = [freshKey(), freshKey()];
      await subject.store.set(kept, record({ value: "kept", subject: "somebody" }));
      const before = await subject.store.get(kept);
      const old = await subject.store.set(deleted, record());
      await subject.store.delete(deleted);
      await subject.store.close?.();

      assert.ok(subject.restart, "a durable store's create() must give restart()");
      const store = await subject.restart();
      try {
        assert.deepEqual({ ...(await store.get(kept)) }, { ...before });
        assert.equal(await store.get(deleted), undefined);
        assert.notEqual(await store.set(deleted, record(), "absent"), old);
        assert.equal(await store.set(deleted, record(), { version: String(old) }), false);
        assert.notEqual(await store.set(kept, record(), { version: before?.version ?? "" }), false);
      } finally {
        await store.close?.();
      }
    },
  },
];
