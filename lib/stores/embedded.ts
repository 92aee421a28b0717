/** The stores that `type` and `dataDir` choose from, on a runtime that has files. */

import { checkedOptions as checkedFileOptions, type FileStoreOptions } from "./file/options.ts";
import { lazyStore } from "./lazy.ts";
import { checkedOptions as checkedSqliteOptions, type SqliteStoreOptions } from "./sqlite/options.ts";
import type { SessionStore } from "./store.ts";

/** `fileStore`, loaded at its first use. @throws {ConfigError} as that does, at once. */
export function fileStore(options: FileStoreOptions): SessionStore {
  checkedFileOptions(options);
  return lazyStore("file", async () => (await import("./file.ts")).fileStore(options));
}

/** `sqliteStore`, loaded at its first use. @throws {ConfigError} as that does, at once. */
export function sqliteStore(options: SqliteStoreOptions): SessionStore {
  checkedSqliteOptions(options);
  return lazyStore("sqlite", async () => (await import("./sqlite.ts")).sqliteStore(options));
}
