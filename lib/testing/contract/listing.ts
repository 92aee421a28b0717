import assert from "node:assert/strict";
import type { SessionStore, StoredEntry } from "../../stores/store.ts";
import { type ContractCase, freshKey, HOSTILE, HOUR, put, record } from "./subject.ts";

const MANY = 300;

type ListingStore = Required<SessionStore>;

/** Whose records they are. */
export const listCases: readonly ContractCase[] = [
  {
    name: "list gives a subject's records whole, with their keys, and no others",
    needs: ["list"],
    async run(store) {
      const [one, two, other, nobodys] = [freshKey(), freshKey(), freshKey(), freshKey()];
      await put(store, one, { value: "one", subject: "a", expiresAt: null });
      await put(store, two, { value: "two", subject: "a" });
      await put(store, other, { subject: "b" });
      await put(store, nobodys);
      const found = await entries(store, "a");
      assert.deepEqual(keysOf(found), [one, two].sort());
      for (const { key, ...rest } of found) assert.deepEqual(rest, { ...(await store.get(key)) });
      assert.deepEqual(await keys(store, "b"), [other]);
    },
  },
  {
    name: "list gives nothing for a subject that nobody has",
    needs: ["list"],
    async run(store) {
      await put(store, freshKey(), { subject: "a" });
      for (const subject of ["c", "", "A", "undefined", "null"]) {
        assert.deepEqual(await keys(store, subject), []);
      }
    },
  },
  {
    name: "list follows a record from subject to subject",
    needs: ["list"],
    async run(store) {
      const key = freshKey();
      const version = await put(store, key);
      assert.notEqual(await store.set(key, record({ subject: "a" }), { version }), false);
      assert.deepEqual(await keys(store, "a"), [key]);
      await put(store, key, { subject: "b" });
      assert.deepEqual([await keys(store, "a"), await keys(store, "b")], [[], [key]]);
      await put(store, key);
      assert.deepEqual([await keys(store, "a"), await keys(store, "b")], [[], []]);
      await put(store, key, { subject: "a" });
      assert.deepEqual(await keys(store, "a"), [key]);
    },
  },
  {
    name: "list gives nothing that was deleted, nor what was refused",
    needs: ["list"],
    async run(store) {
      const [deleted, refused] = [freshKey(), freshKey()];
      await put(store, deleted, { subject: "a" });
      await store.delete(deleted);
      assert.equal(await store.set(refused, record({ subject: "a" }), "present"), false);
      assert.deepEqual(await keys(store, "a"), []);
      await put(store, deleted, { subject: "a" });
      assert.deepEqual(await keys(store, "a"), [deleted]);
    },
  },
  {
    name: "list gives what a touch has moved",
    needs: ["list"],
    async run(store) {
      const key = freshKey();
      await put(store, key, { subject: "a" });
      const later = Date.now() + HOUR;
      await store.touch(key, later, null);
      const [found] = await entries(store, "a");
      assert.deepEqual([found?.accessedAt, found?.expiresAt], [later, null]);
    },
  },
  {
    name: "list gives what has expired until it is pruned",
    needs: ["list", "prune"],
    needsExpired: true,
    async run(store) {
      const [expired, live] = [freshKey(), freshKey()];
      await put(store, expired, { subject: "a", expiresAt: Date.now() - HOUR });
      await put(store, live, { subject: "a" });
      assert.deepEqual(await keys(store, "a"), [expired, live].sort());
      await store.prune(Date.now(), 10);
      assert.deepEqual(await keys(store, "a"), [live]);
    },
  },
  {
    name: `list gives all of ${MANY} records that were written at once`,
    needs: ["list"],
    async run(store) {
      const many = Array.from({ length: MANY }, freshKey);
      await Promise.all(many.map((key) => put(store, key, { subject: "a" })));
      assert.deepEqual(await keys(store, "a"), many.sort());
    },
  },
  {
    name: "list lets each record be deleted while it goes on",
    needs: ["list"],
    async run(store) {
      const some = Array.from({ length: 20 }, freshKey);
      for (const key of some) await put(store, key, { subject: "a" });
      let deleted = 0;
      for await (const { key } of store.list("a")) if (await store.delete(key)) deleted++;
      assert.equal(deleted, some.length);
      assert.deepEqual(await keys(store, "a"), []);
    },
  },
  {
    name: "list keeps hostile subjects apart",
    needs: ["list"],
    async run(store) {
      const made = HOSTILE.map((subject) => [subject, freshKey()] as const);
      await Promise.all(made.map(([subject, key]) => put(store, key, { subject })));
      for (const [subject, key] of made) {
        assert.deepEqual(await keys(store, subject), [key], JSON.stringify(subject));
      }
    },
  },
];

async function entries(store: ListingStore, subject: string): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  for await (const entry of store.list(subject)) found.push({ ...entry });
  return found;
}

const keysOf = (found: readonly StoredEntry[]) => found.map(({ key }) => key).sort();

async function keys(store: ListingStore, subject: string): Promise<string[]> {
  return keysOf(await entries(store, subject));
}
