import { StoreUnavailableError } from "../../errors.ts";
import { asStoreFailure, isAboutName, isRepeatable } from "./failure.ts";
import type { PostgresQueryable } from "./options.ts";
import type { Statement } from "./statements.ts";
import type { TableNames } from "./table.ts";

/** What a `pg` pool has besides. */
interface PgPool {
  readonly options?: { readonly query_timeout?: number | undefined };
  readonly totalCount: number;
  connect(): unknown;
  listenerCount(event: "error"): number;
  on(event: "error", listener: () => void): unknown;
  query(query: {
    name: string;
    text: string;
    values: unknown[];
    query_timeout: number | undefined;
  }): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Runs statements for the store, and fails in its words. */
export interface Client {
  /** @throws {StoreUnavailableError} */
  run(statement: Statement, values: unknown[]): Promise<readonly unknown[]>;
}

/** Milliseconds after which a `pg` connection that has not answered is given up, where the pool does not say. */
const ANSWER_WITHIN = 10_000;
/** Calls that may wait while nothing at all is answered for so many milliseconds. */
const MOST_WAITING = 1000;
const SILENCE = 2000;
const MOST_ATTEMPTS = 10;

/** A client on the user's pool. */
export function clientOn(pool: PostgresQueryable, names: TableNames, prepare: boolean): Client {
  const send = isPgPool(pool) ? pgSender(pool, prepare) : plainSender(pool);
  let waiting = 0;
  let answeredAt = 0;

  async function answer(statement: Statement, values: unknown[]): Promise<readonly unknown[]> {
    // A default isolation level above READ COMMITTED refuses what met another transaction; a statement by itself may
    // simply run again, and then sees what the other did.
    for (let attempt = 1; ; attempt++) {
      try {
        return (await send(statement, values)).rows;
      } catch (error) {
        if (!isRepeatable(error) || attempt === MOST_ATTEMPTS) throw asStoreFailure(error, names, statement);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** Math.min(attempt, 6)));
      }
    }
  }

  return {
    async run(statement, values) {
      const now = performance.now();
      if (waiting === 0) answeredAt = now;
      if (waiting >= MOST_WAITING && now - answeredAt > SILENCE) {
        throw new StoreUnavailableError(
          `postgres store ${names.given}: ${waiting} calls wait, and none was answered for ${SILENCE / 1000} s, ` +
            "so this one was not sent. Give the pool `connectionTimeoutMillis` and `query_timeout`.",
        );
      }
      waiting++;
      try {
        return await answer(statement, values);
      } finally {
        waiting--;
        answeredAt = performance.now();
      }
    },
  };
}

type Send = (statement: Statement, values: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>;

const plainSender =
  (pool: PostgresQueryable): Send =>
  async ({ text }, values) =>
    pool.query(text, values);

function pgSender(pool: PgPool, prepare: boolean): Send {
  let named = prepare;
  listen(pool);
  const timeout = pool.options?.query_timeout ? undefined : ANSWER_WITHIN;
  return async ({ name, text, makesTables }, values) => {
    const query = { name: "", text, values, query_timeout: makesTables ? undefined : timeout };
    if (!named || name === "") return pool.query(query);
    try {
      return await pool.query({ ...query, name });
    } catch (error) {
      if (!isAboutName(error)) throw error;
      // Each statement may reach another connection of the server, which does not know the name, or knows it already:
      // PgBouncer in transaction mode. Nothing was executed.
      named = false;
      return pool.query(query);
    }
  };
}

/**
 * `pg` emits "error" on the pool when an idle connection is lost, which ends the process where nobody listens. The pool
 * has dropped that connection by itself, and the next call opens another: there is nothing to do. Whoever wants to
 * know adds a listener of their own.
 */
function listen(pool: PgPool): void {
  if (pool.listenerCount("error") === 0) pool.on("error", () => {});
}

function isPgPool(pool: object): pool is PgPool {
  const { totalCount, connect, on } = pool as Partial<PgPool>;
  return typeof totalCount === "number" && typeof connect === "function" && typeof on === "function";
}
