import { ConfigError } from "../../errors.ts";

/** Options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /**
   * The database file, absolute or relative to the working directory at the time of the call. Give it a
   * file of its own. Made at first use with mode 0600, missing parent directories with 0700.
   */
  readonly path: string;

  /**
   * Milliseconds to wait for another process's write to end; this process serves others meanwhile. Writes take
   * well under a millisecond, so the full time only ever passes when something holds the database (a backup, a
   * forgotten transaction).
   *
   * Stores of one path share a connection; the newest of them decides.
   *
   * @default 2000
   */
  readonly busyTimeout?: number | undefined;
}

const KNOWN = ["path", "busyTimeout"];

/** The options with their defaults. @throws {ConfigError} naming the one at fault. */
export function checkedOptions(options: SqliteStoreOptions): { path: string; busyTimeout: number } {
  for (const option of Object.keys(options ?? {})) {
    if (!KNOWN.includes(option)) {
      throw new ConfigError(option, `sqliteStore has no option "${option}". It knows: ${KNOWN.join(", ")}.`);
    }
  }
  const { path, busyTimeout = 2000 } = options ?? {};
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new ConfigError(
      "path",
      'sqliteStore({ path }) must be a file\'s path, such as ".data/sessions.db".',
    );
  }
  if (path.startsWith(":memory:") || path.startsWith("file:")) {
    throw new ConfigError(
      "path",
      `sqliteStore({ path: "${path}" }) must be a plain path to a file. For sessions in memory use memoryStore().`,
    );
  }
  // SQLite keeps it in an int: more than 2^31 - 1 would wrap around to no waiting at all.
  if (!Number.isInteger(busyTimeout) || busyTimeout < 0 || busyTimeout > 0x7fffffff) {
    throw new ConfigError(
      "busyTimeout",
      "sqliteStore({ busyTimeout }) must be whole milliseconds, 0 or more.",
    );
  }
  return { path, busyTimeout };
}
