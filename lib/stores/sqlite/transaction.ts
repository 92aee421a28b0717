import type { DatabaseSync } from "node:sqlite";

/** Does `work` as one step. IMMEDIATE, since a read that turns into a write fails when another wrote in between. */
export function atOnce<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite has undone it already where that was the failure. Only Node 22.16 and newer can ask whether.
    try {
      database.exec("ROLLBACK");
    } catch {}
    throw error;
  }
}
