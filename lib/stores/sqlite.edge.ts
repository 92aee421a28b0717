import { NotSupportedError } from "../errors.ts";
import { checkedOptions, type SqliteStoreOptions } from "./sqlite/options.ts";
import type { SessionStore } from "./store.ts";

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
  const refuse = async (): Promise<never> => {
    throw new NotSupportedError(
      "SQLite is not available on the Edge runtime. Middleware checks the signed stamps in the session's cookie " +
        'there; for a full check set `runtime: "nodejs"` in middleware.ts\'s config, or use proxy.ts.',
    );
  };
  return {
    name: "sqlite",
    get: refuse,
    set: refuse,
    touch: refuse,
    delete: refuse,
    lock: refuse,
    list: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    prune: refuse,
    // Nothing was opened; shutting down must not fail over that.
    close: async () => {},
  };
}
