import type { DatabaseSync, StatementSync } from "node:sqlite";
import { sqlite, url } from "./builtins.ts";
import { isBusy, isUnreadable } from "./failure.ts";
import {
  hasUnmergedWrites,
  type Identity,
  identify,
  isUnmoved,
  isUnwritten,
  isWritable,
  prepareFile,
} from "./file.ts";
import { ensureSchema } from "./schema.ts";

type StatementName =
  | "get"
  | "put"
  | "putAbsent"
  | "putPresent"
  | "putVersion"
  | "touch"
  | "delete"
  | "list"
  | "prune"
  | "countExpired"
  | "isLocked"
  | "takeLock"
  | "fence"
  | "extendLock"
  | "dropLock"
  | "pruneLocks";

/** The prepared statements, by what they do. */
export type Statements = Readonly<Record<StatementName, StatementSync>>;

/** An open database with its statements prepared. */
export interface Connection {
  readonly database: DatabaseSync;
  readonly statements: Statements;
  readonly identity: Identity;
  /** Whether the path still leads to what this connection reads. */
  isCurrent(): boolean;
  /** True where the answer of {@link isCurrent} is needed before each use, not just now and then. */
  readonly unguarded: boolean;
}

const COLUMNS = "version = ?, created_at = ?, accessed_at = ?, expires_at = ?, subject = ?, value = ?";
const INSERT =
  "INSERT INTO sessions (version, created_at, accessed_at, expires_at, subject, value, key) VALUES (?, ?, ?, ?, ?, ?, ?)";

// Each condition is part of the one statement that writes: no transaction, no read before it, nothing to race.
// No RETURNING: node's `get()` does not report a commit that fails after the first row, `run()` does.
export const SQL: Readonly<Record<StatementName, string>> = {
  get: "SELECT version, created_at, accessed_at, expires_at, subject, value FROM sessions WHERE key = ?",
  put: `${INSERT} ON CONFLICT (key) DO UPDATE SET version = excluded.version, created_at = excluded.created_at,
    accessed_at = excluded.accessed_at, expires_at = excluded.expires_at, subject = excluded.subject,
    value = excluded.value`,
  putAbsent: `${INSERT} ON CONFLICT (key) DO NOTHING`,
  putPresent: `UPDATE sessions SET ${COLUMNS} WHERE key = ?`,
  putVersion: `UPDATE sessions SET ${COLUMNS} WHERE key = ? AND version = ?`,
  touch: "UPDATE sessions SET accessed_at = ?, expires_at = ? WHERE key = ?",
  delete: "DELETE FROM sessions WHERE key = ?",
  list: "SELECT key, version, created_at, accessed_at, expires_at, subject, value FROM sessions WHERE subject = ?",
  prune: `DELETE FROM sessions WHERE id IN
    (SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`,
  countExpired: "SELECT count(*) AS n FROM (SELECT 1 FROM sessions WHERE expires_at < ? LIMIT ?)",
  isLocked: "SELECT 1 FROM locks WHERE key = ? AND expires_at >= ?",
  takeLock: `INSERT INTO locks (key, owner, expires_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
    WHERE locks.expires_at < ?`,
  fence: "UPDATE sessions SET version = ? WHERE key = ?",
  extendLock: "UPDATE locks SET expires_at = ? WHERE key = ? AND owner = ?",
  dropLock: "DELETE FROM locks WHERE key = ? AND owner = ?",
  pruneLocks: "DELETE FROM locks WHERE expires_at < ?",
};

/** Opens the file, making it if need be; read-only where that is all the system allows. */
export function connect(file: string, busyTimeout: number): Connection {
  prepareFile(file);
  if (isWritable(file)) return connectTo(file, file, { busyTimeout });
  try {
    return connectTo(file, file, { busyTimeout, readOnly: true });
  } catch (error) {
    // A WAL database needs its -shm even for reading, and here none can be made. Without a -wal the main file
    // is all there is: read that, and watch it, because then SQLite looks at no lock.
    if (!isUnreadable(error) || hasUnmergedWrites(file)) throw error;
    const location = `${url().pathToFileURL(file).href}?immutable=1`;
    return connectTo(file, location, { busyTimeout, readOnly: true, unguarded: true });
  }
}

interface Access {
  readonly busyTimeout: number;
  readonly readOnly?: boolean;
  readonly unguarded?: boolean;
}

function connectTo(file: string, location: string, access: Access): Connection {
  const { busyTimeout, readOnly = false, unguarded = false } = access;
  const before = identify(file);
  const database = new (sqlite().DatabaseSync)(location, { readOnly });
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
    ensureSchema(database, file, readOnly);
    // Without WAL (a network file system, say) NORMAL could lose the database to a power cut.
    if (!readOnly && enterWal(database, busyTimeout) === "wal") database.exec("PRAGMA synchronous = NORMAL");
    const statements = prepareAll(database);
    // The first read is what makes -wal and -shm; they must be there to be known again.
    statements.get.get("");
    // From before, so that a file swapped while it was being opened shows at the next look.
    const identity = unguarded ? before : { ...identify(file), main: before.main };
    const isCurrent = () => (unguarded ? isUnwritten(file, identity) : isUnmoved(file, identity));
    return { database, statements, identity, isCurrent, unguarded };
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareAll(database: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(entries) as Statements;
}

function enterWal(database: DatabaseSync, busyTimeout: number): unknown {
  const deadline = performance.now() + busyTimeout;
  for (;;) {
    try {
      return database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
    } catch (error) {
      // The change of mode, once in a database's life, does not wait by itself when others are starting up too.
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
