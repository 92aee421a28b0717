import type { DatabaseSync } from "node:sqlite";

/** Does `work` as one step. IMMEDIATE, since a read that turns into a write fails when another wrote in between. */
export function atOnce<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
