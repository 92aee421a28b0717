import { describe, expect, inject, it } from "vitest";
import { freshKey, record } from "../testing/contract/subject.ts";
import { testStore } from "../testing/store-contract.ts";
import { subject, testPool, testStoreOn } from "./postgres/scene.testing.ts";

const shared = {
  durable: true,
  secondProcess: new URL("./postgres/open.testing.ts", import.meta.url),
};

testStore(
  { describe, it },
  {
    ...shared,
    name: "postgresStore through PgBouncer in transaction mode",
    create: () => subject(inject("pgbouncerUrl")),
  },
);

testStore(
  { describe, it },
  {
    ...shared,
    name: "postgresStore through PgBouncer, prepare: false",
    create: () => subject(inject("pgbouncerUrl"), { prepare: false }),
  },
);

describe("prepared statements", () => {
  const names = "SELECT count(*)::int AS n FROM pg_prepared_statements WHERE name LIKE 'next_beaker_%'";

  it("are kept by a connection, unless `prepare` is false", async () => {
    for (const [prepare, expected] of [
      [undefined, 2],
      [false, 0],
    ] as const) {
      const pool = testPool(inject("postgresUrl"), { max: 1 });
      const store = await testStoreOn(pool, prepare === undefined ? {} : { prepare });
      await store.set("k", record());
      await store.get("k");
      await store.get("k");
      expect((await pool.query(names)).rows[0].n).toBe(expected);
    }
  });

  it("are given up without a failed call when a connection has forgotten them", async () => {
    const pool = testPool(inject("postgresUrl"), { max: 1 });
    const store = await testStoreOn(pool);
    await store.set("k", record({ value: "kept" }));
    await store.get("k");
    await pool.query("DEALLOCATE ALL");
    expect((await store.get("k"))?.value).toBe("kept");
    expect(await store.set("k", record({ value: "again" }))).not.toBe(false);
    expect((await pool.query(names)).rows[0].n).toBe(0);
  });

  it("are given up without a failed call when PgBouncer mixes the connections", async () => {
    const pool = testPool(inject("pgbouncerUrl"), { max: 20 });
    const store = await testStoreOn(pool);
    const keys = Array.from({ length: 50 }, freshKey);
    for (let round = 0; round < 5; round++) {
      await Promise.all(keys.map((key) => store.set(key, record({ value: `${round}` }))));
      const found = await Promise.all(keys.map((key) => store.get(key)));
      expect(new Set(found.map((one) => one?.value))).toEqual(new Set([`${round}`]));
    }
  });
});
