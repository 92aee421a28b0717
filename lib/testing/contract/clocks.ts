import assert from "node:assert/strict";
import { type ContractCase, freshKey, HOUR, put, record } from "./subject.ts";

/** touch moves the clocks and nothing else. */
export const clockCases: readonly ContractCase[] = [
  {
    name: "touch moves both clocks and leaves value, creation, subject and version",
    async run(store) {
      const key = freshKey();
      const written = record({ value: "kept", subject: "somebody" });
      const version = await put(store, key, written);
      const later = Date.now() + 1000;
      assert.equal(await store.touch(key, later, later + HOUR), true);
      const found = await store.get(key);
      assert.deepEqual(
        [found?.value, found?.createdAt, found?.subject, found?.version],
        ["kept", written.createdAt, "somebody", version],
      );
      assert.deepEqual([found?.accessedAt, found?.expiresAt], [later, later + HOUR]);
    },
  },
  {
    name: "touch sets and takes away the expiry",
    async run(store) {
      const key = freshKey();
      await put(store, key);
      await store.touch(key, Date.now(), null);
      assert.equal((await store.get(key))?.expiresAt, null);
      const expiresAt = Date.now() + HOUR;
      await store.touch(key, Date.now(), expiresAt);
      assert.equal((await store.get(key))?.expiresAt, expiresAt);
    },
  },
  {
    name: "touch gives false without a record and makes none",
    async run(store) {
      const key = freshKey();
      const now = Date.now();
      assert.equal(await store.touch(key, now, now + HOUR), false);
      assert.equal(await store.get(key), undefined);
      await put(store, key);
      await store.delete(key);
      assert.equal(await store.touch(key, now, now + HOUR), false);
      assert.equal(await store.get(key), undefined);
    },
  },
  {
    name: "touch does not bring a record back when it races with its deletion",
    async run(store) {
      for (let i = 0; i < 20; i++) {
        const key = freshKey();
        await put(store, key);
        const touch = () => store.touch(key, Date.now(), Date.now() + HOUR);
        const end = () => store.delete(key);
        await Promise.all(i % 2 === 0 ? [touch(), end()] : [end(), touch()]);
        assert.equal(await store.get(key), undefined);
      }
    },
  },
  {
    name: "touch does not put an old value back when it races with a write",
    async run(store) {
      for (let i = 0; i < 20; i++) {
        const key = freshKey();
        const version = await put(store, key, { value: "old" });
        const touch = () => store.touch(key, Date.now(), Date.now() + HOUR);
        const save = () => store.set(key, record({ value: "new" }), { version });
        const racing = i % 2 === 0 ? [touch(), save(), touch()] : [save(), touch(), touch()];
        const saved = (await Promise.all<string | boolean>(racing)).find((one) => typeof one === "string");
        const found = await store.get(key);
        assert.deepEqual([found?.value, found?.version], ["new", saved]);
      }
    },
  },
];
