import { inspect } from "node:util";
import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { testPool, testStoreOn } from "./postgres/scene.testing.ts";

const SECRET = "4111 1111 1111 1111";

/** What a save fails with where `sql` has changed the table, on a server that tells all that it can. */
async function failureAfter(sql: (table: string) => string): Promise<StoreUnavailableError> {
  const pool = testPool(inject("postgresUrl"), { options: "-c log_parameter_max_length_on_error=-1" });
  const store = await testStoreOn(pool);
  await pool.query(sql(store.table));
  const failure = await store.set("k", record({ value: SECRET })).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreUnavailableError);
  return failure as StoreUnavailableError;
}

const TOLD: ReadonlyArray<readonly [what: string, code: string, sql: (table: string) => string]> = [
  [
    "a constraint",
    "23514",
    (table) => `ALTER TABLE ${table} ADD CONSTRAINT own CHECK (value NOT LIKE '4111%')`,
  ],
  ["an index on the data", "22P02", (table) => `CREATE INDEX ON ${table} ((value::json ->> 'user'))`],
  [
    "a trigger that executes something",
    "42601",
    (table) => `CREATE FUNCTION ${table}_own() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN EXECUTE 'SELEC ' || NEW.value; RETURN NEW; END $$;
      CREATE TRIGGER own BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_own()`,
  ],
];

describe("postgresStore's errors", () => {
  it.each(TOLD)("hold nothing of the record that %s refused, and say who did", async (_, code, sql) => {
    const failure = await failureAfter(sql);
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain("4111");
    expect(failure.cause).toBeInstanceOf(pg.DatabaseError);
    expect(failure.cause).toMatchObject({ code, severity: "ERROR", message: expect.stringMatching(/./) });
    expect((failure.cause as Error).stack).toContain("postgres/client.ts");
    if (code === "23514") expect(failure.cause).toMatchObject({ constraint: "own" });
  });
});
