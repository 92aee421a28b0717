import { SessionError, StoreUnavailableError } from "../../errors.ts";

/** SQLite's primary result codes, https://sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
const READONLY_DBMOVED = 1032;

const ACCESS = "Give this process's user read and write access to the file and its directory.";
// `cp` writes into the open file: pages of both, and the log of the one before, which no look at the path can tell.
const REPLACE =
  "Restore a copy of a backup by `mv`, not by `cp`, which loses saves; or move the file away with its -wal and -shm: " +
  "the store goes on with what is there then, without a restart.";

const EXPLAINED: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  [READONLY]: ["the database is read-only here, so nothing can be saved", ACCESS],
  [IOERR]: ["the disk failed to read or write it", "Check the disk and the system's log."],
  [CORRUPT]: ["the database is damaged", REPLACE],
  [FULL]: ["the disk is full", "Free some space; nothing was written."],
  [CANTOPEN]: ["the database cannot be opened", `See that its directory exists. ${ACCESS}`],
  [NOTADB]: ["this file is not a SQLite database, or it is encrypted or overwritten", REPLACE],
  EACCES: ["permission denied", ACCESS],
  EPERM: ["permission denied", ACCESS],
  EROFS: ["the file system is read-only", "Set `path` to a place that can be written to."],
  ENOSPC: ["the disk is full", "Free some space; nothing was written."],
  ENOENT: [
    "its directory is not there and cannot be made",
    "Set `path` to a place where directories can be made, and see that no link on the way leads nowhere.",
  ],
  ENOTDIR: ["a part of the path is a file, not a directory", "Set `path` to a file in a directory."],
  EEXIST: ["a part of the path is a file, not a directory", "Set `path` to a file in a directory."],
};

/** SQLite's extended result code, if it is SQLite that failed. */
const sqliteCode = (error: unknown): number | undefined => (error as { errcode?: number } | null)?.errcode;

const primary = (code: number | undefined): number | undefined => (code === undefined ? code : code & 0xff);

/** Whether another connection is writing. */
export function isBusy(error: unknown): boolean {
  const code = primary(sqliteCode(error));
  return code === BUSY || code === LOCKED;
}

/** Whether there was no room on the disk. */
export function isFull(error: unknown): boolean {
  return primary(sqliteCode((error as Error).cause)) === FULL;
}

/** Whether opening for reading failed because reading would have to make or change a file. */
export function isUnreadable(error: unknown): boolean {
  const code = primary(sqliteCode(error));
  return code === CANTOPEN || code === READONLY;
}

/** Whether the connection is of no more use: its file is damaged, gone or another one. */
export function isBroken(error: unknown): boolean {
  const code = sqliteCode(error);
  // 1 is "no such table": somebody emptied the file under us.
  return code === READONLY_DBMOVED || [1, IOERR, CORRUPT, CANTOPEN, NOTADB].includes(primary(code) ?? 0);
}

/** What to throw to the caller: a failure of the store in words, anything else as it came. */
export function asStoreFailure(error: unknown, file: string, busyTimeout: number): unknown {
  if (error instanceof SessionError) return error;
  const code = sqliteCode(error);
  const isSystem = (error as NodeJS.ErrnoException | null)?.syscall !== undefined;
  if (code === undefined && !isSystem) return error;

  const [what, todo] = isBusy(error)
    ? [
        `another connection has held the database locked for more than ${busyTimeout} ms, nothing was written`,
        "Find what holds it (a backup, an open transaction, locking_mode=EXCLUSIVE) or raise `busyTimeout`.",
      ]
    : explain(error as Error, primary(code) ?? (error as NodeJS.ErrnoException).code ?? "");
  return new StoreUnavailableError(`sqlite store ${file}: ${what}. ${todo}`, { cause: error });
}

function explain(error: Error, code: number | string): readonly [what: string, todo: string] {
  return EXPLAINED[code] ?? [error.message, "See the cause."];
}
