import { checkedOptions, type SqliteStoreOptions } from "./sqlite/options.ts";
import type { SessionStore } from "./store.ts";
import { unavailable } from "./unavailable.ts";

export type { SqliteStoreOptions } from "./sqlite/options.ts";

/**
 * `sqliteStore` as the Edge runtime gets it: the same options, checked the same way, and a store that
 * refuses. The Edge runtime has no files, so middleware there checks the signed stamps in the session's
 * cookie instead of the store. Each method but `close` rejects with `NotSupportedError`.
 *
 * @throws {ConfigError} when an option is unknown or out of range.
 * @example
 * // proxy.ts, or in middleware.ts, for a full check:
 * export const config = { runtime: "nodejs" };
 */
export function sqliteStore(options: SqliteStoreOptions): SessionStore {
  checkedOptions(options);
  return refusingSqlite();
}

/** The same for `type: "sqlite"`, whose options are checked already. */
export function refusingSqlite(): SessionStore {
  return unavailable("sqlite", "SQLite is not available on the Edge runtime.");
}
