import { LockQueue } from "./lock-queue.ts";
import { clientOn } from "./postgres/client.ts";
import { postgresLeases } from "./postgres/leases.ts";
import { checkedOptions, type PostgresStoreOptions } from "./postgres/options.ts";
import { boundKey, columnsOf, keyOf, type Row, recordOf } from "./postgres/rows.ts";
import { ensureSchema, schemaText } from "./postgres/schema.ts";
import { statementsOn } from "./postgres/statements.ts";
import type { SessionStore } from "./store.ts";
import { freshVersion, versionNumber } from "./version.ts";

export type { PostgresQueryable, PostgresStoreOptions } from "./postgres/options.ts";

/** What {@link postgresStore} gives: a store, and its schema. */
export interface PostgresStore extends SessionStore {
  readonly lock: NonNullable<SessionStore["lock"]>;
  readonly list: NonNullable<SessionStore["list"]>;
  readonly prune: NonNullable<SessionStore["prune"]>;

  /**
   * Makes the tables and indexes that are missing, and nothing else. May be called at each start, by any number of
   * servers at once. Where all is there it writes nothing and needs no right to.
   *
   * @throws {StoreUnavailableError} when the database cannot be reached, or does not let this user make tables.
   * @example
   * // instrumentation.ts
   * export async function register() {
   *   if (process.env.NEXT_RUNTIME === "nodejs") await store.ensureTable();
   * }
   */
  ensureTable(): Promise<void>;

  /** The SQL that `ensureTable()` would run, for those who migrate by hand. */
  describeSchema(): string;
}

const LIST_PAGE = 500;
const PRUNE_BATCH = 1000;

/**
 * Keeps sessions in Postgres, through your own `pg` pool: any number of servers share them.
 *
 * One statement reads, one saves (compare-and-set), one moves the access time; each is one round trip and its own
 * transaction, and needs nothing of the connection, so PgBouncer in transaction mode may stand between. Locks are
 * leases in a table of their own, by the database's clock. `prune` goes no further than that clock, so that one web
 * server whose own is fast ends nobody's session; under a test clock that is ahead of it, the rest stays.
 *
 * Making the store sends nothing. The pool stays yours: `sessions.close()` does not end it. The store adds a listener
 * for the pool's "error" event where there is none, because `pg` would end the process when an idle connection is lost.
 *
 * Anything else with `query(text, values)` may take the pool's place. PGlite has it; postgres.js needs two lines:
 *
 *     const sql = postgres(process.env.DATABASE_URL);
 *     const pool = { query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) };
 *
 * Each method rejects with `StoreUnavailableError` (the cause kept) while the database cannot be used.
 *
 * @throws {ConfigError} when an option is unknown or out of range.
 * @see Beaker `ext:database`, whose place it takes.
 * @example
 * import { Pool } from "pg";
 * import { postgresStore } from "next-beaker/stores/postgres";
 *
 * const pool = new Pool({
 *   connectionString: process.env.DATABASE_URL,
 *   max: 10,
 *   connectionTimeoutMillis: 2000,
 *   query_timeout: 5000,
 *   keepAlive: true,
 * });
 * export const store = postgresStore({ pool });
 * export const { getSession } = createSessions({ store });
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const { pool, names, prepare, unlogged } = checkedOptions(options);
  const client = clientOn(pool, names, prepare);
  const statements = statementsOn(names);
  const locks = new LockQueue(postgresLeases(client, statements));

  return {
    name: "postgres",

    async get(key) {
      const [row] = await client.run(statements.get, [boundKey(key)]);
      return row === undefined ? undefined : recordOf(row as Row);
    },

    async set(key, record, when) {
      const version = freshVersion();
      const columns = columnsOf(key, record, version);
      const write = () => {
        if (when === undefined) return client.run(statements.put, columns);
        if (when === "absent") return client.run(statements.putAbsent, columns);
        if (when === "present") return client.run(statements.putPresent, columns);
        return client.run(statements.putVersion, [...columns, versionNumber(when.version)]);
      };
      return (await write()).length > 0 && String(version);
    },

    async touch(key, accessedAt, expiresAt) {
      return (await client.run(statements.touch, [boundKey(key), accessedAt, expiresAt])).length > 0;
    },

    async delete(key) {
      return (await client.run(statements.delete, [boundKey(key)])).length > 0;
    },

    lock: (key, options) => locks.lock(key, options),

    async *list(subject) {
      for (let after = ""; ; ) {
        const rows = await client.run(statements.list, [boundKey(subject), after, LIST_PAGE]);
        for (const row of rows as (Row & { key: string })[]) {
          yield { ...recordOf(row), key: keyOf(row.key) };
          after = row.key;
        }
        if (rows.length < LIST_PAGE) return;
      }
    },

    async prune(before, limit) {
      let removed = 0;
      while (removed < limit) {
        const batch = Math.min(PRUNE_BATCH, limit - removed);
        const rows = await client.run(statements.prune, [before, batch]);
        removed += rows.length;
        if (rows.length < batch) break;
      }
      return removed;
    },

    ensureTable: () => ensureSchema(client, names, unlogged),
    describeSchema: () => schemaText(names, unlogged),
  };
}
