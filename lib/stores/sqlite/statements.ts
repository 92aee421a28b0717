import type { DatabaseSync, StatementSync } from "node:sqlite";
import { READ_COLUMNS, SAVED_COLUMNS } from "./rows.ts";

type StatementName =
  | "get"
  | "insert"
  | "update"
  | "replace"
  | "updateInPlace"
  | "replaceInPlace"
  | "touch"
  | "touchInPlace"
  | "delete"
  | "list"
  | "next"
  | "remove"
  | "isLocked"
  | "takeLock"
  | "fence"
  | "extendLock"
  | "dropLock"
  | "pruneLocks";

/** The prepared statements, by what they do. */
export type Statements = Readonly<Record<StatementName, StatementSync>>;

const PLACE = "id BETWEEN ? AND ? AND key = ?";
const ALL_COLUMNS = `${SAVED_COLUMNS}, sweep_from = ?, subject = ?`;
const SAME_INDEXED = "sweep_from IS ? AND subject IS ?";

// Where more is left than twice the lease's length, the clock was set back: without this, back by an hour is locked for
// an hour. The length is what lies between the instant after the owner's 36 letters (0 if there is none) and the end.
const HELD = "expires_at >= ? AND expires_at + ? >= 2 * substr(owner, 37)";
const OWNED = "key = ? AND substr(owner, 1, 36) = ?";

/** What a purge does, in a thread as well. */
export const PURGE_SQL: Readonly<Record<"next" | "remove", string>> = {
  // From the index alone: those behind one of its entries.
  next: `SELECT id, sweep_from FROM sessions WHERE sweep_from = ? AND id > ?
    UNION ALL SELECT id, sweep_from FROM sessions WHERE sweep_from > ? AND sweep_from < ?
    ORDER BY sweep_from, id LIMIT ?`,
  remove: "DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?)) AND expires_at < ?",
};

// Each condition is part of the one statement that writes: no read before it, nothing to race.
// No RETURNING: node's `get()` does not report a commit that fails after the first row, `run()` does.
const SQL: Readonly<Record<StatementName, string>> = {
  get: `SELECT ${READ_COLUMNS} FROM sessions WHERE ${PLACE}`,
  // Behind whoever shares the place. With all 64 slots taken it inserts nothing, rather than where nobody looks.
  insert: `WITH place (first, last, key) AS (VALUES (?, ?, ?))
    INSERT INTO sessions (id, key, value, version, created_at, accessed_at, expires_at, sweep_from, subject)
    SELECT coalesce((SELECT max(id) + 1 FROM sessions WHERE id BETWEEN first AND last), first),
      place.key, ?, ?, ?, ?, ?, ?, ? FROM place
    WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE id BETWEEN first AND last AND (key = place.key OR id = last))`,
  update: `UPDATE sessions SET ${ALL_COLUMNS} WHERE ${PLACE}`,
  replace: `UPDATE sessions SET ${ALL_COLUMNS} WHERE ${PLACE} AND version = ?`,
  updateInPlace: `UPDATE sessions SET ${SAVED_COLUMNS} WHERE ${PLACE} AND ${SAME_INDEXED}`,
  replaceInPlace: `UPDATE sessions SET ${SAVED_COLUMNS} WHERE ${PLACE} AND ${SAME_INDEXED} AND version = ?`,
  touch: `UPDATE sessions SET accessed_at = ?, expires_at = ?, sweep_from = ? WHERE ${PLACE}`,
  touchInPlace: `UPDATE sessions SET accessed_at = ?, expires_at = ? WHERE ${PLACE} AND sweep_from IS ?`,
  delete: `DELETE FROM sessions WHERE ${PLACE}`,
  list: `SELECT ${READ_COLUMNS}, key, id FROM sessions WHERE subject = ? AND id > ? ORDER BY id LIMIT ?`,
  isLocked: `SELECT 1 FROM locks WHERE key = ? AND ${HELD}`,
  takeLock: `INSERT INTO locks (key, owner, expires_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
    WHERE NOT (${HELD})`,
  fence: `UPDATE sessions SET version = ? WHERE ${PLACE}`,
  extendLock: `UPDATE locks SET owner = ?, expires_at = ? WHERE ${OWNED}`,
  dropLock: `DELETE FROM locks WHERE ${OWNED}`,
  ...PURGE_SQL,
  pruneLocks: `DELETE FROM locks WHERE NOT (${HELD})`,
};

export function prepareAll(database: DatabaseSync): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  const statements = Object.fromEntries(entries) as Statements;
  // An object with its column names costs as much again as the whole read. Node has arrays since 22.16.
  for (const read of [statements.get, statements.list]) read.setReturnArrays?.(true);
  return statements;
}
