import { describe, expect, inject, it, onTestFinished } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { testPool } from "./postgres/scene.testing.ts";
import type { PostgresStore } from "./postgres.ts";
import { postgresStore } from "./postgres.ts";

/** A schema, and a user who has no right to anything in it; `sql` grants some, as the schema's owner. */
async function scene(): Promise<{
  store: PostgresStore;
  table: string;
  grant: (sql: string) => Promise<unknown>;
}> {
  const [name, owner] = [`t_${crypto.randomUUID().replaceAll("-", "")}`, testPool()];
  await owner.query(`CREATE ROLE ${name}; CREATE SCHEMA ${name}`);
  onTestFinished(
    async () =>
      void (await owner.query(`DROP OWNED BY ${name}; DROP SCHEMA ${name} CASCADE; DROP ROLE ${name}`)),
  );
  const table = `${name}.sessions`;
  const pool = testPool(inject("postgresUrl"), { options: `-c role=${name}` });
  return {
    store: postgresStore({ pool, table }),
    table,
    grant: (sql) => owner.query(sql.replaceAll("USER", name)),
  };
}

async function said(call: Promise<unknown>): Promise<string> {
  const failure = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreUnavailableError);
  return (failure as Error).message.replaceAll(/t_[0-9a-f]{32}/g, "t");
}

const USE = "USAGE on the schema, and SELECT, INSERT, UPDATE and DELETE on both tables.";
const NOT_MADE =
  "postgres store t.sessions: the pool's user may not do that (permission denied for schema t). GRANT it USAGE and " +
  `CREATE on the schema; or run the SQL of \`store.describeSchema()\` as its owner, and GRANT it ${USE}`;

/** All that a store does. */
async function everything(store: PostgresStore): Promise<void> {
  await store.ensureTable();
  expect(await store.set("k", record({ subject: "s", expiresAt: 1 }))).toBeTypeOf("string");
  expect(await store.set("k", record({ subject: "s", expiresAt: 1 }), "present")).toBeTypeOf("string");
  expect(await store.touch("k", 1, 1)).toBe(true);
  for await (const { key } of store.list("s")) expect(key).toBe("k");
  await (await store.lock("k", { wait: 0, lease: 1000 })).release();
  expect(await store.prune(2, 10)).toBe(1);
  expect(await store.get("k")).toBeUndefined();
}

describe("postgresStore as a user without rights", () => {
  it("says what ensureTable() needs, which is all that it needs", async () => {
    const { store, grant } = await scene();
    expect(await said(store.ensureTable())).toBe(NOT_MADE);
    await grant("GRANT USAGE ON SCHEMA USER TO USER");
    expect(await said(store.ensureTable())).toBe(NOT_MADE);
    await grant("GRANT USAGE, CREATE ON SCHEMA USER TO USER");
    await everything(store);
  });

  it("needs no right to make anything where the owner has run the SQL", async () => {
    const { store, table, grant } = await scene();
    await grant(store.describeSchema());
    const refused = `postgres store t.sessions: the pool's user may not do that (permission denied for`;
    expect(await said(store.get("k"))).toBe(`${refused} schema t). GRANT it ${USE}`);
    await grant("GRANT USAGE ON SCHEMA USER TO USER");
    expect(await said(store.get("k"))).toBe(`${refused} table sessions). GRANT it ${USE}`);
    await grant(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table}, ${table}_locks TO USER`);
    await everything(store);
  });

  it("says who must act where an index is missing and the tables are another's", async () => {
    const { store, table, grant } = await scene();
    await grant(store.describeSchema());
    await grant(`DROP INDEX USER.sessions_subject_idx; GRANT USAGE, CREATE ON SCHEMA USER TO USER`);
    await grant(`GRANT ALL ON ${table}, ${table}_locks TO USER`);
    expect(await said(store.ensureTable())).toMatch(
      /\(must be owner of table sessions\).* or run the SQL of .* as its owner/,
    );
  });
});

describe("postgresStore without a schema", () => {
  it("says that ensureTable() makes none", async () => {
    const store = postgresStore({ pool: testPool(), table: "no_such_schema.sessions" });
    expect(await said(store.ensureTable())).toBe(
      'postgres store no_such_schema.sessions: its tables are not there (schema "no_such_schema" does not ' +
        'exist). CREATE SCHEMA "no_such_schema" first: ensureTable() makes none.',
    );
  });

  it("says how to choose one where the user has none", async () => {
    const store = postgresStore({ pool: testPool(inject("postgresUrl"), { options: "-c search_path=" }) });
    expect(await said(store.ensureTable())).toMatch(
      /\(no schema has been selected to create in\)\. Give `table` as schema\.name, or the pool's user a search_path\./,
    );
  });
});
