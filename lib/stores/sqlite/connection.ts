import type { DatabaseSync } from "node:sqlite";
import { sqlite, url } from "./builtins.ts";
import { isUnreadable } from "./failure.ts";
import {
  hasUnmergedWrites,
  type Identity,
  identify,
  isUnmoved,
  isUnwritten,
  isWritable,
  prepareFile,
} from "./file.ts";
import { placeOf } from "./place.ts";
import { ensureSchema } from "./schema.ts";
import { prepareAll, type Statements } from "./statements.ts";

/** An open database with its statements prepared. */
export interface Connection {
  readonly database: DatabaseSync;
  readonly statements: Statements;
  readonly identity: Identity;
  /** Whether the path still leads to what this connection reads. */
  isCurrent(): boolean;
  /** True where the answer of {@link isCurrent} is needed before each use, not just now and then. */
  readonly unguarded: boolean;
  /** Undefined where there is no log, or no thread that merges it. */
  log: Log | undefined;
}

/** Writes by this connection since the log started anew. */
export interface Log {
  writes: number;
  /** Of these, when a thread was last told to merge. */
  merged: number;
}

/** One that has just started. */
export const NEW_LOG: Readonly<Log> = { writes: 0, merged: 0 };

// The inner pages of some three million sessions. More makes nothing faster: the system has the rest in its own cache.
// No mmap, which would: a read of a million sessions by a quarter. But where somebody shortens the file, reading
// it through a map ends the process by SIGBUS, and reading it the plain way gives an error to report.
const CACHE_KIBIBYTES = 8192;

/** Pages of log at which a connection merges it into the file by itself, because no thread has got so far: 100 MB. */
export const PAGES_AT_MOST = 25_000;

/** Opens the file, making it if need be; read-only where that is all the system allows. */
export function connect(file: string): Connection {
  prepareFile(file);
  if (isWritable(file)) return connectTo(file, file);
  try {
    return connectTo(file, file, { readOnly: true });
  } catch (error) {
    // A WAL database needs its -shm even for reading, and here none can be made. Without a -wal the main file
    // is all there is: read that, and watch it, because then SQLite looks at no lock.
    if (!isUnreadable(error) || hasUnmergedWrites(file)) throw error;
    const location = `${url().pathToFileURL(file).href}?immutable=1`;
    return connectTo(file, location, { readOnly: true, unguarded: true });
  }
}

interface Access {
  readonly readOnly?: boolean;
  readonly unguarded?: boolean;
}

function connectTo(file: string, location: string, access: Access = {}): Connection {
  const { readOnly = false, unguarded = false } = access;
  const before = identify(file);
  const database = new (sqlite().DatabaseSync)(location, { readOnly });
  try {
    database.exec(`PRAGMA busy_timeout = 0; PRAGMA cache_size = -${CACHE_KIBIBYTES}`);
    ensureSchema(database, file, readOnly);
    // Without WAL (a network file system, say) NORMAL could lose the database to a power cut.
    const hasLog = !readOnly && enterWal(database) === "wal";
    if (hasLog) {
      database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${PAGES_AT_MOST}`);
    }
    const statements = prepareAll(database);
    // The first read is what makes -wal and -shm; they must be there to be known again.
    statements.get.get(...placeOf(""));
    // From before, so that a file swapped while it was being opened shows at the next look.
    const identity = unguarded ? before : { ...identify(file), main: before.main };
    const isCurrent = () => (unguarded ? isUnwritten(file, identity) : isUnmoved(file, identity));
    return { database, statements, identity, isCurrent, unguarded, log: hasLog ? { ...NEW_LOG } : undefined };
  } catch (error) {
    database.close();
    throw error;
  }
}

function enterWal(database: DatabaseSync): unknown {
  return database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
}
