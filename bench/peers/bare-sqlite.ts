/** What a session in SQLite costs at the least: prepared statements that move the same bytes, and nothing else. */
import { DatabaseSync } from "node:sqlite";

const TABLE = `
  CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    accessed_at INTEGER NOT NULL,
    expires_at INTEGER,
    subject TEXT,
    value TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at);
`;

export interface BareRow {
  version: number;
  created_at: number;
  accessed_at: number;
  expires_at: number;
  subject: string | null;
  value: string;
}

const LIFETIME = 30 * 60 * 1000;
let version = 0;

/** A table of sessions as one would write it by hand. */
export function openBareSqlite(path: string) {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database.exec(TABLE);
  const get = database.prepare(
    "SELECT version, created_at, accessed_at, expires_at, subject, value FROM sessions WHERE key = ?",
  );
  const add = database.prepare(
    "INSERT INTO sessions (key, version, created_at, accessed_at, expires_at, value) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const save = database.prepare(
    "UPDATE sessions SET version = ?, accessed_at = ?, expires_at = ?, value = ? WHERE key = ?",
  );
  const replace = database.prepare(
    "UPDATE sessions SET version = ?, accessed_at = ?, expires_at = ?, value = ? WHERE key = ? AND version = ?",
  );
  const touch = database.prepare("UPDATE sessions SET accessed_at = ?, expires_at = ? WHERE key = ?");
  return {
    database,
    get: (key: Uint8Array) => get.get(key) as BareRow | undefined,
    add(key: Uint8Array, value: string): void {
      const now = Date.now();
      add.run(key, ++version, now, now, now + LIFETIME, value);
    },
    save(key: Uint8Array, value: string): void {
      const now = Date.now();
      save.run(++version, now, now + LIFETIME, value, key);
    },
    /** Compare-and-set. */
    replace(key: Uint8Array, expected: number, value: string): boolean {
      const now = Date.now();
      return replace.run(++version, now, now + LIFETIME, value, key, expected).changes > 0;
    },
    touch(key: Uint8Array): void {
      const now = Date.now();
      touch.run(now, now + LIFETIME, key);
    },
  };
}
