/** The database's files: made privately, recognised when somebody moves them away. */
import type { Stats } from "node:fs";
import { fs, path } from "./builtins.ts";

/** Which files a connection has open, so that it can tell when the path leads to others. */
export interface Identity {
  readonly main: Stats | undefined;
  readonly siblings: ReadonlyArray<{ readonly path: string; readonly stats: Stats }>;
}

const look = (file: string): Stats | undefined => fs().statSync(file, { throwIfNoEntry: false });

const sameFile = (one: Stats | undefined, other: Stats | undefined): boolean =>
  one === undefined || other === undefined ? one === other : one.ino === other.ino && one.dev === other.dev;

/** SQLite follows a link to the database and puts -wal and -shm beside what it leads to. */
const resolved = (file: string): string => (look(file) === undefined ? file : fs().realpathSync(file));

function siblingsOf(file: string): Identity["siblings"] {
  const real = resolved(file);
  return [`${real}-wal`, `${real}-shm`].flatMap((sibling) => {
    const stats = look(sibling);
    return stats === undefined ? [] : [{ path: sibling, stats }];
  });
}

/** The files as they are now. */
export function identify(file: string): Identity {
  return { main: look(file), siblings: siblingsOf(file) };
}

/** Whether the path still leads to the file that was opened. A few microseconds. */
export function isUnmoved(file: string, identity: Identity): boolean {
  return sameFile(look(file), identity.main);
}

/** Whether nobody has written to the database since: for a connection that looks at no lock. */
export function isUnwritten(file: string, { main }: Identity): boolean {
  const now = look(file);
  return (
    sameFile(now, main) &&
    now?.mtimeMs === main?.mtimeMs &&
    now?.size === main?.size &&
    !hasUnmergedWrites(file)
  );
}

/** Whether there are committed writes outside the main file. */
export function hasUnmergedWrites(file: string): boolean {
  return (look(`${resolved(file)}-wal`)?.size ?? 0) > 0;
}

/**
 * Removes -wal and -shm that were left behind by a database that is gone. Replayed into its successor they
 * would bring deleted sessions back; shared with a process that still has the old one open, damage it.
 */
export function removeLeftBehind(siblings: Identity["siblings"]): void {
  for (const { path: sibling, stats } of siblings) {
    // Somebody faster may have made the successor's own by now.
    if (sameFile(look(sibling), stats)) fs().rmSync(sibling, { force: true });
  }
}

/** Makes the file if there is none, and closes it to other users: -wal and -shm inherit its mode. */
export function prepareFile(file: string): void {
  const siblings = siblingsOf(file);
  if (look(file) === undefined) {
    makeFolder(path().dirname(file));
    removeLeftBehind(siblings);
    createPrivately(file);
    return;
  }
  for (const each of [file, ...siblings.map((sibling) => sibling.path)]) tighten(each);
}

// Node's own recursive mkdir takes any ENOENT for a parent that is missing, and tries forever, this thread with it,
// where a file system answers that for a folder that may not be (/proc).
function makeFolder(folder: string, parentMade = false): void {
  const parent = path().dirname(folder);
  try {
    fs().mkdirSync(folder, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || parentMade || parent === folder) throw error;
    makeFolder(parent);
    makeFolder(folder, true);
  }
}

function createPrivately(file: string): void {
  try {
    // Exclusive, because closing a descriptor of a file that SQLite has open would drop SQLite's POSIX locks.
    fs().closeSync(fs().openSync(file, "ax", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function tighten(file: string): void {
  const stats = look(file);
  if (stats === undefined || stats.uid !== process.geteuid?.()) return;
  const mode = stats.mode & 0o777;
  if ((mode & 0o600) === mode) return;
  try {
    fs().chmodSync(file, mode & 0o600);
  } catch {
    // An immutable file or a read-only file system: still good for reading.
  }
}

/** Whether this process may write to it, as far as the file system says. */
export function isWritable(file: string): boolean {
  try {
    fs().accessSync(file, fs().constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
