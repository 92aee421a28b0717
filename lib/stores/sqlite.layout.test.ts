import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { record } from "../testing/contract/subject.ts";
import { boundHash, hashOf, placeOf } from "./sqlite/place.ts";
import { sweepFrom } from "./sqlite/rows.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

function openStore(path = scratchPath()): Required<SessionStore> & { path: string } {
  const store = sqliteStore({ path }) as Required<SessionStore>;
  onTestFinished(() => store.close());
  return { ...store, path };
}

/** Hashes that all agree in their first 47 bits, and the same key each time for the same number. */
const neighbour = (number: number): string =>
  Buffer.concat([Buffer.from("0123456789aa", "hex"), Buffer.alloc(26, number)]).toString("base64url");

const EXPIRES = 1_800_000_000_000;
const HOUR = 3_600_000;

describe("sqliteStore and keys that share a place", () => {
  it("keeps them apart in every operation", async () => {
    const store = openStore();
    const [one, two, three] = [neighbour(1), neighbour(2), neighbour(3)];
    expect(placeOf(one)[0]).toBe(placeOf(two)[0]);
    const version = await store.set(one, record({ value: "one", subject: "s" }), "absent");
    expect(await store.set(two, record({ value: "two", subject: "s" }))).toBeTypeOf("string");
    expect(await store.set(two, record(), "absent")).toBe(false);
    expect(await store.set(three, record(), "present")).toBe(false);
    expect(await store.set(two, record(), { version: version as string })).toBe(false);
    expect(await store.touch(three, 1, 1)).toBe(false);
    expect(await store.delete(three)).toBe(false);
    const listed = [];
    for await (const { key, value } of store.list("s")) listed.push([key, value]);
    expect(listed.sort()).toEqual(
      [
        [one, "one"],
        [two, "two"],
      ].sort(),
    );
    expect(await store.delete(one)).toBe(true);
    expect([await store.get(one), (await store.get(two))?.value]).toEqual([undefined, "two"]);
  });

  it("fences only the one that is locked", async () => {
    const store = openStore();
    const [one, two] = [neighbour(1), neighbour(2)];
    const versions = [await store.set(one, record()), await store.set(two, record())];
    await (await store.lock(one, { wait: 0, lease: 1000 })).release();
    expect((await store.get(one))?.version).not.toBe(versions[0]);
    expect((await store.get(two))?.version).toBe(versions[1]);
  });

  it("has room for 64 of them, and never writes one where it would not be found", async () => {
    const store = openStore();
    for (let i = 0; i < 64; i++) await store.set(neighbour(i), record({ value: String(i) }));
    expect(await store.set(neighbour(64), record(), "absent")).toBe(false);
    for (let i = 0; i < 64; i++) expect((await store.get(neighbour(i)))?.value).toBe(String(i));
    for (let i = 0; i < 64; i++) expect(await store.delete(neighbour(i))).toBe(true);
    expect(await store.set(neighbour(64), record(), "absent")).toBeTypeOf("string");
  });

  it("spreads keys that are no hashes", () => {
    const firsts = Array.from({ length: 1000 }, (_, number) => placeOf(`user-${number}`)[0]);
    expect(new Set(firsts).size).toBe(1000);
    expect(Math.max(...firsts)).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER - 63);
    expect(firsts.filter((first) => first < 2 ** 52).length).toBeGreaterThan(400);
  });

  it("takes a hash for its bytes only if they say just that", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{43}$/)), (text) => {
        expect(hashOf(boundHash(text))).toBe(text);
      }),
    );
  });
});

describe("sqliteStore and its indexes", () => {
  /** How many pages `act` writes. */
  async function pages(path: string, act: () => Promise<unknown>): Promise<number> {
    const size = () => statSync(`${path}-wal`).size;
    const before = size();
    await act();
    return Math.round((size() - before) / 4096);
  }

  it("writes one page where no index has to change", async () => {
    const { path, ...store } = openStore();
    const saved = record({ accessedAt: EXPIRES - HOUR, expiresAt: EXPIRES, subject: "s" });
    const version = (await store.set("k", saved)) as string;
    const soon = { ...saved, value: "other", accessedAt: EXPIRES - HOUR + 1000, expiresAt: EXPIRES + 1000 };
    expect(await pages(path, () => store.set("k", soon, { version }))).toBe(1);
    expect(await pages(path, () => store.set("k", saved, "present"))).toBe(1);
    expect(await pages(path, () => store.set("k", soon))).toBe(1);
    expect(await pages(path, () => store.touch("k", EXPIRES - HOUR + 2000, EXPIRES + 2000))).toBe(1);
    expect(await pages(path, () => store.touch("k", EXPIRES, EXPIRES + HOUR))).toBe(2);
    expect(await store.get("k")).toMatchObject({ value: "other", expiresAt: EXPIRES + HOUR, subject: "s" });
  });

  it("follows an expiry that is moved, either way, and a subject that is changed", async () => {
    const { path, ...store } = openStore();
    const at = (accessedAt: number, subject?: string) =>
      record({ accessedAt, expiresAt: accessedAt + HOUR, subject });
    await store.set("earlier", at(EXPIRES, "a"));
    await store.set("later", at(0, "a"));
    const version = (await store.set("saved", at(0, "a"))) as string;
    await store.set("saved", at(EXPIRES, "b"), { version });
    await store.touch("earlier", 0, HOUR);
    await store.touch("later", EXPIRES, EXPIRES + HOUR);
    expect(await store.prune(HOUR + 1, 10)).toBe(1);
    const keysOf = async (subject: string) => {
      const keys = [];
      for await (const { key } of store.list(subject)) keys.push(key);
      return keys;
    };
    expect([await keysOf("a"), await keysOf("b")]).toEqual([["later"], ["saved"]]);
    expect(await store.prune(EXPIRES + HOUR, 10)).toBe(0);
    expect(await store.prune(EXPIRES + HOUR + 1, 10)).toBe(2);
  });

  it("prunes to the millisecond, also where rows share a step of the index", async () => {
    for (const count of [20, 400]) {
      const { path, ...store } = openStore();
      for (let i = 0; i < count; i++) {
        await store.set(`k${i}`, record({ accessedAt: EXPIRES - HOUR, expiresAt: EXPIRES + i }));
      }
      const database = new DatabaseSync(path);
      expect(
        database.prepare("SELECT count(DISTINCT sweep_from) AS n FROM sessions").get()?.["n"],
      ).toBeLessThanOrEqual(2);
      database.close();
      for (const before of [0, 1, 7, 15]) await store.prune(EXPIRES + before, 1000);
      expect(await store.get("k14")).toBeUndefined();
      expect(await store.get("k15")).toBeDefined();
      expect(await store.prune(EXPIRES + count - 1, 1000)).toBe(count - 16);
    }
  });

  it("looks at a row from at most an eighth of its time before it expires, never after", () => {
    const instant = fc.integer({ min: -8.64e15, max: 8.64e15 });
    fc.assert(
      fc.property(instant, instant, (accessedAt, expiresAt) => {
        const from = sweepFrom(accessedAt, expiresAt) as number;
        expect(from).toBeLessThanOrEqual(expiresAt);
        expect(expiresAt - from).toBeLessThan(Math.max(1, (expiresAt - accessedAt) / 8));
        expect(Number.isSafeInteger(from)).toBe(true);
      }),
    );
    expect(sweepFrom(0, null)).toBeNull();
  });
});
