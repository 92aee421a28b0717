import { checkedOptions, type FileStoreOptions } from "./file/options.ts";
import type { SessionStore } from "./store.ts";
import { unavailable } from "./unavailable.ts";

export type { FileStoreOptions } from "./file/options.ts";

/**
 * `fileStore` as the Edge runtime gets it: the same options, checked the same way, and a store that refuses. The Edge
 * runtime has no files, so middleware there checks the signed stamps in the session's cookie instead of the store.
 * Each method but `close` rejects with `NotSupportedError`.
 *
 * @throws {ConfigError} when an option is unknown or out of range.
 * @example
 * // proxy.ts, or in middleware.ts, for a full check:
 * export const config = { runtime: "nodejs" };
 */
export function fileStore(options: FileStoreOptions): SessionStore {
  checkedOptions(options);
  return refusingFiles();
}

/** The same for `type: "file"`, whose options are checked already. */
export function refusingFiles(): SessionStore {
  return unavailable("file", "There are no files on the Edge runtime.");
}
