/**
 * When the log (-wal) is merged into the file. SQLite does it in passing, in one save of some hundreds, which then waits
 * for the disk: with a million sessions for 30 to 70 ms, and all other requests of the process with it. So it is done in
 * a thread.
 */
import type { Connection } from "./connection.ts";
import type { SharedDatabase } from "./shared.ts";
import { inThread } from "./thread.ts";

/** Writes after which a thread merges. It costs some 40 ms to start one. Most writes are one page of 4 KB. */
const WRITES = 2000;

/** The same where no thread can be had: SQLite's own default. */
const PAGES_WITHOUT_THREAD = 1000;

/** Notes a write, and starts a merge where it is time for one. */
export function countWrite(database: SharedDatabase): void {
  const { connection } = database;
  if (connection?.unmerged === undefined || ++connection.unmerged < WRITES || database.merge) return;
  connection.unmerged = 0;
  try {
    const merge = inThread<void>(database, "({ merge }) => merge()");
    database.merge = merge;
    const over = () => {
      database.merge = undefined;
    };
    merge.answer.then(over, (error) => {
      over();
      // With a code: a file that is locked, or no longer there. The next merge may fare better.
      if (error.errcode === undefined) mergeWithoutThread(connection);
    });
  } catch {
    mergeWithoutThread(connection);
  }
}

function mergeWithoutThread(connection: Connection): void {
  connection.unmerged = undefined;
  try {
    connection.database.exec(`PRAGMA wal_autocheckpoint = ${PAGES_WITHOUT_THREAD}`);
  } catch {
    // Closed meanwhile.
  }
}
