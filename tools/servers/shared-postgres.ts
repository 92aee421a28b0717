/** The Postgres and the PgBouncer that all test files share. */
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startPgBouncer } from "./pgbouncer.ts";
import { startPostgres } from "./postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** `postgres://…`: `DATABASE_URL` where that is set. */
    postgresUrl: string;
    /** The same server through PgBouncer in transaction mode. */
    pgbouncerUrl: string;
    /** A schema of this run's own, dropped at its end. */
    postgresSchema: string;
  }
}

/** Starts them and provides their addresses; gives what ends them. */
export async function sharePostgres(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["DATABASE_URL"];
  const own = given ? undefined : await startPostgres();
  const url = given ?? (own?.url as string);
  const schema = `next_beaker_test_${process.pid}`;
  const bouncer = await startPgBouncer({ url });
  await run(url, `CREATE SCHEMA "${schema}"`);
  project.provide("postgresUrl", url);
  project.provide("pgbouncerUrl", bouncer.url);
  project.provide("postgresSchema", schema);
  return async () => {
    bouncer.destroy();
    if (given) await run(url, `DROP SCHEMA "${schema}" CASCADE`);
    own?.destroy();
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
