import type { DatabaseSync } from "node:sqlite";
import { StoreUnavailableError } from "../../errors.ts";

/** "nbkr" in the file's header: told apart from every other SQLite database, also by `file(1)`. */
const APPLICATION_ID = 0x6e626b72;
const SCHEMA = 2;

// `id` is made from the key (see place.ts), so that the table lies in the order of the keys and needs no index on them:
// one walk down a tree instead of two. WITHOUT ROWID would also keep rows in the tree's inner pages, which makes it
// four levels deeper at a million. `key` has no affinity, so that it holds 32-byte blobs and texts without confusing them.
const TABLES = `
  CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    accessed_at INTEGER NOT NULL,
    expires_at INTEGER,
    sweep_from INTEGER,
    subject BLOB,
    value TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sessions_sweep_from ON sessions (sweep_from) WHERE sweep_from IS NOT NULL;
  CREATE INDEX IF NOT EXISTS sessions_subject ON sessions (subject) WHERE subject IS NOT NULL;
  CREATE TABLE IF NOT EXISTS locks (
    key BLOB PRIMARY KEY,
    owner TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA};
`;

/** Sees that the database is ours, and makes the tables in an empty one. */
export function ensureSchema(database: DatabaseSync, file: string, readOnly: boolean): void {
  if (isReady(database, file)) return;
  if (readOnly) {
    throw new StoreUnavailableError(
      `sqlite store ${file}: there are no sessions in this database, and it is read-only, so none can be made. ` +
        "Give this process's user write access to the file and its directory.",
    );
  }
  // No ROLLBACK: whoever opened the connection closes it when this throws.
  database.exec("BEGIN IMMEDIATE");
  // Again, now that nobody else can be at it.
  if (!isReady(database, file)) {
    refuseForeign(database, file);
    database.exec(TABLES);
  }
  database.exec("COMMIT");
}

function isReady(database: DatabaseSync, file: string): boolean {
  if (pragma(database, "application_id") !== APPLICATION_ID) return false;
  const found = pragma(database, "user_version");
  if (found !== SCHEMA) {
    throw new StoreUnavailableError(
      `sqlite store ${file}: written by ${found > SCHEMA ? "a newer" : "an older"} next-beaker ` +
        `(schema ${found}, this one knows ${SCHEMA}). ` +
        "Use the next-beaker that wrote it, or give this one a file of its own.",
    );
  }
  return count(database, "name IN ('sessions', 'locks')") === 2;
}

function refuseForeign(database: DatabaseSync, file: string): void {
  if (pragma(database, "application_id") === APPLICATION_ID || count(database, "true") === 0) return;
  throw new StoreUnavailableError(
    `sqlite store ${file}: this database belongs to another application. Give sqliteStore a file of its own.`,
  );
}

function pragma(database: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function count(database: DatabaseSync, where: string): number {
  return Number(database.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE ${where}`).get()?.["n"]);
}
