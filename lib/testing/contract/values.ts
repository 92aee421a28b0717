import assert from "node:assert/strict";
import { type ContractCase, freshKey, HOUR, put, record } from "./subject.ts";

const VALUES: ReadonlyArray<readonly [what: string, value: string]> = [
  ["an empty string", ""],
  ["JSON", '{"user":{"id":"42"},"cart":[1,2.5,null,true]}'],
  ["unicode", "žluťoučký kůň 漢字 🍪 👩‍👩‍👧 \u2028 \ufeff"],
  ["lone surrogates, escaped as JSON does", JSON.stringify({ text: "\ud800 \udfff" })],
  ["100 KB", "x".repeat(102_400)],
  ["quotes, line ends and SQL", `'; DROP TABLE sessions; --"\r\n\t\\`],
];

const roundTrips: ContractCase[] = VALUES.map(([what, value]) => ({
  name: `gives back ${what}`,
  async run(store) {
    const key = freshKey();
    const version = await store.set(key, record({ value }));
    const found = await store.get(key);
    assert.equal(found?.value, value);
    assert.equal(found?.version, version);
  },
}));

/** What is written is what is read. */
export const valueCases: readonly ContractCase[] = [
  {
    name: "gives undefined for a key that it does not have",
    async run(store) {
      assert.equal(await store.get(freshKey()), undefined);
    },
  },
  ...roundTrips,
  {
    name: "gives back every instant and the subject",
    async run(store) {
      const key = freshKey();
      const written = record({ subject: freshKey() });
      const { createdAt, accessedAt, expiresAt, subject } = {
        ...written,
        createdAt: written.createdAt - HOUR,
      };
      await store.set(key, { ...written, createdAt });
      const found = await store.get(key);
      assert.deepEqual(
        [found?.createdAt, found?.accessedAt, found?.expiresAt, found?.subject],
        [createdAt, accessedAt, expiresAt, subject],
      );
    },
  },
  {
    name: "gives back null for a record that never expires, and no subject where none was given",
    async run(store) {
      const key = freshKey();
      await put(store, key, { expiresAt: null });
      const found = await store.get(key);
      assert.equal(found?.expiresAt, null);
      assert.equal(found?.subject, undefined);
    },
  },
  {
    name: "replaces the whole record",
    async run(store) {
      const key = freshKey();
      await put(store, key, { subject: "somebody" });
      const second = record({ value: "second", createdAt: 1, expiresAt: null });
      await store.set(key, second);
      const found = await store.get(key);
      assert.deepEqual(
        [found?.value, found?.createdAt, found?.expiresAt, found?.subject],
        ["second", 1, null, undefined],
      );
    },
  },
  {
    name: "gives records that later writes do not change",
    async run(store) {
      const key = freshKey();
      await put(store, key, { value: "first" });
      const found = await store.get(key);
      const before = { ...found };
      await store.touch(key, 1, null);
      await put(store, key, { value: "second" });
      assert.deepEqual({ ...found }, before);
    },
  },
  {
    name: "changes the version with each set, also of the same value",
    async run(store) {
      const key = freshKey();
      const versions = [];
      for (let i = 0; i < 20; i++) versions.push(await put(store, key));
      assert.equal(new Set(versions).size, versions.length);
      assert.equal((await store.get(key))?.version, versions.at(-1));
    },
  },
  {
    name: "deletes once and tells",
    async run(store) {
      const key = freshKey();
      await put(store, key);
      assert.equal(await store.delete(key), true);
      assert.equal(await store.get(key), undefined);
      assert.equal(await store.delete(key), false);
    },
  },
];
