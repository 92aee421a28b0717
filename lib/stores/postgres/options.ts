import { ConfigError } from "../../errors.ts";
import { type TableNames, tableNames } from "./table.ts";

/**
 * What `postgresStore` needs of a client: a `pg` Pool has it, PGlite has it, and postgres.js in two lines. Each call
 * may run on another connection.
 */
export interface PostgresQueryable {
  /** Runs one statement with values for `$1`, `$2` …; rejects when it fails. */
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /** Your own `pg` pool, or anything with `query(text, values)`. It stays yours: the store never ends it. */
  readonly pool: PostgresQueryable;

  /**
   * The table, as `name` or `schema.name`, taken as written. The locks rest beside it in `<name>_locks`.
   *
   * @default "next_beaker_sessions"
   */
  readonly table?: string | undefined;

  /**
   * Whether statements are prepared under a name, once a connection, which saves Postgres parsing and planning each
   * call. Only a `pg` pool can. Where that turns out not to work (PgBouncer before 1.21 in transaction mode), the store
   * notices, repeats the call and goes on without; set it to false there to spare it the discovery.
   *
   * @default true
   */
  readonly prepare?: boolean | undefined;

  /**
   * Whether `ensureTable()` and `describeSchema()` make the table `UNLOGGED`: saves take about half the time, and when
   * the database server crashes (not when it is stopped in order) **Postgres empties the table** and everybody is
   * signed out. Nor is it copied to replicas or into base backups.
   *
   * @default false
   */
  readonly unlogged?: boolean | undefined;
}

const KNOWN = ["pool", "table", "prepare", "unlogged"];
export const DEFAULT_TABLE = "next_beaker_sessions";

/** The options with their defaults. @throws {ConfigError} naming the one at fault. */
export function checkedOptions(options: PostgresStoreOptions): {
  pool: PostgresQueryable;
  names: TableNames;
  prepare: boolean;
  unlogged: boolean;
} {
  for (const option of Object.keys(options ?? {})) {
    if (!KNOWN.includes(option)) {
      throw new ConfigError(
        option,
        `postgresStore has no option "${option}". It knows: ${KNOWN.join(", ")}.`,
      );
    }
  }
  const { pool, table = DEFAULT_TABLE, prepare = true, unlogged = false } = options ?? {};
  if (typeof pool?.query !== "function") {
    throw new ConfigError(
      "pool",
      "postgresStore({ pool }) must be a pool of the package pg (new Pool({ connectionString })), or an object " +
        "with query(text, values) that gives a promise of { rows }.",
    );
  }
  for (const [option, value] of Object.entries({ prepare, unlogged })) {
    if (typeof value !== "boolean") {
      throw new ConfigError(option, `postgresStore({ ${option} }) must be true or false.`);
    }
  }
  return { pool, names: tableNames(table), prepare, unlogged };
}
