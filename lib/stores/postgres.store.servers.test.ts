import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { freshKey, HOUR, record } from "../testing/contract/subject.ts";
import { freshTable, testPool, testStoreOn } from "./postgres/scene.testing.ts";
import { postgresStore } from "./postgres.ts";

/** Words that have no place in a row: NUL, the mark that stands for it, halves of surrogate pairs. */
const UNFIT = ["a\0b", "\x01", "\x010000", "\ud800", "x\udfff\ud800", "\0\0\x01\x01"];

describe("postgresStore's schema", () => {
  it("is made by twenty servers that start at once, and by those that come later", async () => {
    const table = freshTable();
    const pools = Array.from({ length: 20 }, () => testPool(inject("postgresUrl"), { max: 1 }));
    await Promise.all(pools.map((pool) => pool.query("SELECT 1")));
    await Promise.all(pools.map((pool) => postgresStore({ pool, table }).ensureTable()));
    const store = postgresStore({ pool: pools[0] as pg.Pool, table });
    await store.ensureTable();
    expect(await store.set("k", record())).not.toBe(false);
  });

  it("can be made by hand, and is then all there", async () => {
    const table = freshTable();
    const pool = testPool();
    const store = postgresStore({ pool, table });
    await pool.query(store.describeSchema());
    // One who may not create anything, and needs not.
    const reader = testPool(inject("postgresUrl"), { options: "-c default_transaction_read_only=on" });
    await postgresStore({ pool: reader, table }).ensureTable();
    expect(await store.set("k", record({ subject: "s" }))).not.toBe(false);
    expect(await store.prune(0, 10)).toBe(0);
  });

  it("says what to call where there is no table, or no schema", async () => {
    const pool = testPool();
    for (const table of [freshTable(), "no_such_schema.sessions"]) {
      const store = postgresStore({ pool, table });
      const calls = [
        () => store.get("k"),
        () => store.set("k", record()),
        () => store.lock("k", { wait: 0, lease: 1 }),
      ];
      for (const call of calls) {
        const failure = await call().catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(StoreUnavailableError);
        expect(String(failure)).toMatch(/tables are not there .*Call `await store\.ensureTable\(\)`/);
      }
    }
  });

  it("does not take somebody else's table for its own", async () => {
    const table = freshTable();
    const pool = testPool();
    await pool.query(`CREATE TABLE ${table} (sid text PRIMARY KEY, sess json)`);
    await expect(postgresStore({ pool, table }).get("k")).rejects.toThrow(/not one that next-beaker made/);
  });

  it("is unlogged where asked for; the locks always are", async () => {
    const kinds = async (unlogged: boolean) => {
      const pool = testPool();
      const { table } = await testStoreOn(pool, { unlogged });
      const text =
        "SELECT array_agg(relpersistence::text ORDER BY relname) AS kinds FROM pg_class WHERE oid = ANY ($1::regclass[])";
      return (await pool.query(text, [[table, `${table}_locks`]])).rows[0].kinds;
    };
    expect(await kinds(false)).toEqual(["p", "u"]);
    expect(await kinds(true)).toEqual(["u", "u"]);
  });
});

describe("postgresStore's rows", () => {
  it("keep what a text cannot hold, in values, keys and subjects", async () => {
    const store = await testStoreOn(testPool());
    for (const word of UNFIT) await store.set(word, record({ value: word, subject: word }));
    for (const word of UNFIT) {
      expect((await store.get(word))?.value).toBe(word);
      const found = [];
      for await (const { key, subject } of store.list(word)) found.push([key, subject]);
      expect(found).toEqual([[word, word]]);
    }
  });

  it("keep a hash as its 32 bytes, and fractions of a millisecond", async () => {
    const pool = testPool();
    const store = await testStoreOn(pool);
    const key = freshKey();
    await store.set(key, record({ accessedAt: 0.5, expiresAt: 1.25, subject: freshKey() }));
    const { rows } = await pool.query(`SELECT length(key) AS k, length(subject) AS s FROM ${store.table}`);
    expect(rows).toEqual([{ k: 32, s: 32 }]);
    expect(await store.get(key)).toMatchObject({ accessedAt: 0.5, expiresAt: 1.25 });
  });

  it("are listed in pages, all of them", async () => {
    const store = await testStoreOn(testPool());
    const keys = Array.from({ length: 1001 }, freshKey);
    await Promise.all(keys.map((key) => store.set(key, record({ subject: "s" }))));
    const found = [];
    for await (const { key } of store.list("s")) found.push(key);
    expect(found.sort()).toEqual(keys.sort());
  });

  it("are pruned in batches by several at once, each once, around what is locked", async () => {
    const pool = testPool();
    const store = await testStoreOn(pool);
    const keys = Array.from({ length: 2500 }, freshKey);
    await Promise.all(keys.map((key) => store.set(key, record({ expiresAt: 1 }))));
    const busy = await pool.connect();
    await busy.query(`BEGIN; SELECT FROM ${store.table} LIMIT 1 FOR UPDATE`);
    const counts = await Promise.all([store.prune(2, 5000), store.prune(2, 5000)]);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(1000);
    await busy.query("COMMIT");
    busy.release();
    for (const rest of [5000, 5000]) counts.push(await store.prune(2, rest));
    expect(counts.reduce((sum, count) => sum + count)).toBe(2500);
  });

  it("are not pruned by one whose clock is fast before they expire by the server's", async () => {
    const store = await testStoreOn(testPool());
    const now = Date.now();
    await store.set("gone", record({ expiresAt: now - 1000 }));
    await store.set("live", record({ expiresAt: now + HOUR }));
    expect(await store.prune(now + 2 * HOUR, 10)).toBe(1);
    expect(await store.get("gone")).toBeUndefined();
    expect(await store.get("live")).toBeDefined();
  });
});

describe("postgresStore's locks", () => {
  it("leave no row behind: released ones at once, those of the dead with the next prune", async () => {
    const pool = testPool();
    const store = await testStoreOn(pool);
    const rows = async () =>
      (await pool.query(`SELECT count(*)::int AS n FROM ${store.table}_locks`)).rows[0].n;
    const lock = await store.lock("k", { wait: 0, lease: 60_000 });
    await store.lock("dead", { wait: 0, lease: 1 });
    expect(await rows()).toBe(2);
    await lock.release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.prune(0, 10);
    expect(await rows()).toBe(0);
  });
});

describe("postgresStore and the server's settings", () => {
  it.each(["repeatable read", "serializable"])("decides races under %s as ever", async (level) => {
    const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
    const store = await testStoreOn(testPool(inject("postgresUrl"), { options }));
    const version = (await store.set("k", record())) as string;
    const racing = Array.from({ length: 50 }, (_, at) =>
      store.set("k", record({ value: `${at}` }), { version }),
    );
    const won = (await Promise.all(racing)).filter((written) => written !== false);
    expect(won).toHaveLength(1);
    const made = Array.from({ length: 50 }, () => store.set("new", record(), "absent"));
    expect((await Promise.all(made)).filter((written) => written !== false)).toHaveLength(1);
  });

  it("takes numbers from drivers that give bigints or numbers where pg gives strings", async () => {
    const types = {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === 20 ? (text: string) => BigInt(text) : pg.types.getTypeParser(oid, format as "text"),
    };
    const store = await testStoreOn(testPool(inject("postgresUrl"), { types: types as never }));
    const version = (await store.set("k", record())) as string;
    expect((await store.get("k"))?.version).toBe(version);
    expect(await store.set("k", record(), { version })).not.toBe(false);
  });
});
