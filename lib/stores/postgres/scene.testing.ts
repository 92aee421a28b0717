/** For the tests of postgresStore: tables of their own on the shared server. */
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import type { sharePostgres } from "../../../tools/servers/shared-postgres.ts";
import type { StoreUnderTest } from "../../testing/contract/subject.ts";
import { type PostgresStore, postgresStore } from "../postgres.ts";
import type { PostgresQueryable, PostgresStoreOptions } from "./options.ts";

/** Brings what `inject` knows. */
export type Shared = typeof sharePostgres;

/** A table that nobody else has, in the schema of this run. */
export function freshTable(): string {
  return `${inject("postgresSchema")}.t_${crypto.randomUUID().replaceAll("-", "")}`;
}

/** A pool that ends with the test. */
export function testPool(url: string = inject("postgresUrl"), options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, ...options });
  onTestFinished(() => pool.end());
  return pool;
}

/** A store with a table of its own. */
export async function testStoreOn(
  pool: PostgresQueryable,
  options: Partial<PostgresStoreOptions> = {},
): Promise<PostgresStore & { readonly table: string }> {
  const table = options.table ?? freshTable();
  const store = postgresStore({ pool, ...options, table });
  await store.ensureTable();
  return { ...store, table };
}

/** For `testStore`: one on a pool to `url`, which a second process and a restart find again. */
export async function subject(
  url: string,
  options: Partial<PostgresStoreOptions> = {},
  poolOptions: pg.PoolConfig = {},
): Promise<StoreUnderTest> {
  const pool = new pg.Pool({ connectionString: url, ...poolOptions });
  const store = await testStoreOn(pool, options);
  return {
    store,
    restart: () => postgresStore({ ...options, pool, table: store.table }),
    argument: { url, table: store.table },
    cleanup: () => pool.end(),
  };
}
