/**
 * When the log (-wal) is merged into the file. SQLite does it in passing, in one save of some hundreds, which then waits
 * for the disk: with a million sessions for 30 to 70 ms, and all other requests of the process with it. So it is done in
 * a thread.
 */
import type { MaybePromise } from "../../seal/maybe-promise.ts";
import { type Connection, NEW_LOG } from "./connection.ts";
import { isFull } from "./failure.ts";
import type { SharedDatabase } from "./shared.ts";
import { inThread } from "./thread.ts";

/** Writes after which a thread merges. It costs some 40 ms to start one. Most writes are one page of 4 KB. */
const WRITES = 2000;

/** Writes since the log started anew; from there on further ones wait for the merge that is under way. */
const WRITES_AT_MOST = 2 * WRITES;

/** Pages of log at which a connection merges by itself where no thread can be had: SQLite's own default. */
const PAGES_WITHOUT_THREAD = 1000;

/** Does a write, notes it, and starts a merge where it is time for one. */
export function countingWrites<T>(database: SharedDatabase, write: () => MaybePromise<T>): MaybePromise<T> {
  const attempt = () => {
    const result = write();
    const log = database.connection?.log;
    if (log && ++log.writes >= log.merged + WRITES) startMerge(database);
    return result;
  };
  const { connection, merge } = database;
  // Or the log would grow faster than the thread merges it.
  if (merge && (connection?.log?.writes ?? 0) > WRITES_AT_MOST) return merge.settled.then(attempt);
  try {
    return attempt();
  } catch (error) {
    if (!isFull(error)) throw error;
    // The file may have room for what the log holds, and then the log has room as well. Once, until a write succeeds.
    const log = database.connection?.log;
    if (log && log.writes > log.merged) startMerge(database);
    if (!database.merge) throw error;
    return database.merge.settled.then(attempt);
  }
}

function startMerge(database: SharedDatabase): void {
  const { connection } = database;
  const log = connection?.log;
  if (!log || database.merge) return;
  log.merged = log.writes;
  const merged = (startsAnew: boolean) => startsAnew && Object.assign(log, NEW_LOG);
  const failed = (error: { errcode?: number }) => {
    // With a code: a file that is locked, or no longer there. The next merge may fare better.
    if (error.errcode === undefined) mergeWithoutThread(connection);
  };
  try {
    database.merge = inThread<boolean>(database, "({ merge }) => merge()");
    database.merge.answer.then(merged, failed).then(() => {
      database.merge = undefined;
    });
  } catch {
    mergeWithoutThread(connection);
  }
}

function mergeWithoutThread(connection: Connection): void {
  connection.log = undefined;
  try {
    connection.database.exec(`PRAGMA wal_autocheckpoint = ${PAGES_WITHOUT_THREAD}`);
  } catch {
    // Closed meanwhile.
  }
}
