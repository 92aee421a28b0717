import { url, workerThreads } from "./builtins.ts";
import type { SharedDatabase } from "./shared.ts";
import { PURGE_SQL } from "./statements.ts";

/** Rows that the calling thread removes by itself, within a millisecond or two. */
export const FEW = 50;

/** Pages in the log at which a connection merges it into the file: SQLite's own default. */
const MERGE_AFTER = 1000;

/** Ids that the worker reads at a time; it holds no lock for that. */
const READ = 10_000;

/**
 * What the worker does. As text, because a file of its own would not survive bundlers.
 *
 * Short transactions with pauses three times as long, so that most saves find the file free. Removing leaves one page to
 * be merged into the file for nearly every row, and this thread does that, too; meanwhile the process's own connection
 * merges nothing. After a merge the log starts anew, and who writes first waits for the disk, some 15 ms: so this thread
 * always writes right after it has merged, at the end the schema's number over itself.
 *
 * The ids are read first, once: among what a purge has to look at are rows that have not quite expired, and a statement
 * that finds and removes would look at all of these again for each batch.
 */
const WORK = `
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
  const { location, busyTimeout, sql, before, limit, read, stop } = workerData;
  // Node 22 says that node:sqlite is experimental; the main thread has said so.
  process.removeAllListeners("warning");
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const answer = { removed: 0 };
  let database;
  try {
    database = new DatabaseSync(location);
    database.exec("PRAGMA busy_timeout = " + busyTimeout + "; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
    const [due, remove] = [database.prepare(sql.due), database.prepare(sql.remove)];
    let [size, unmerged] = [20, 0];
    const removeSome = (ids) => {
      const merges = unmerged > 300;
      if (merges) {
        database.exec("PRAGMA wal_checkpoint");
        unmerged = 0;
      }
      const startedAt = performance.now();
      database.exec("BEGIN IMMEDIATE");
      for (const { id } of ids) answer.removed += Number(remove.run(id, before).changes);
      database.exec("COMMIT");
      const took = performance.now() - startedAt;
      unmerged += ids.length;
      if (merges) return;
      size = Math.max(5, Math.min(Math.floor(size / Math.max(took, 0.5)), size + 10, 200));
      Atomics.wait(stop, 0, 0, Math.max(1, took * 3));
    };
    for (let more = true; more && stop[0] === 0; ) {
      const asked = Math.min(read, limit - answer.removed);
      const ids = asked > 0 ? due.all(before, before, asked) : [];
      more = ids.length === asked && asked > 0;
      while (ids.length > 0 && stop[0] === 0) removeSome(ids.splice(0, size));
    }
    database.exec("PRAGMA wal_checkpoint; BEGIN IMMEDIATE");
    const { user_version } = database.prepare("PRAGMA user_version").get();
    database.exec("PRAGMA user_version = " + user_version + "; COMMIT");
  } catch (error) {
    answer.failure = { message: error.message, errcode: error.errcode };
  }
  database?.close();
  parentPort.postMessage(answer);
`;

/** A purge that goes on in another thread. */
export interface Purge {
  /** How many were removed. Rejects with SQLite's own error. */
  readonly removed: Promise<number>;
  /** Ends it early; resolves once the file is closed. */
  stop(): Promise<void>;
}

/** Starts removing what expired before an instant, at most `limit`, on a connection and in a thread of its own. */
export function startPurge(database: SharedDatabase, before: number, limit: number): Purge {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  // `mode=rw`: a file that has just been deleted must not be made anew by whoever only tidies up.
  const location = `${url().pathToFileURL(database.file).href}?mode=rw`;
  const { busyTimeout } = database;
  const mergeAfter = (pages: number) =>
    database.connection?.database.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
  mergeAfter(0);
  const worker = new (workerThreads().Worker)(WORK, {
    eval: true,
    execArgv: [],
    workerData: { location, busyTimeout, sql: PURGE_SQL, before, limit, read: READ, stop },
  });
  const removed = new Promise<number>((resolve, reject) => {
    worker.once("message", (answer: { removed: number; failure?: { message: string; errcode?: number } }) => {
      if (answer.failure === undefined) resolve(answer.removed);
      else reject(Object.assign(new Error(answer.failure.message), { errcode: answer.failure.errcode }));
    });
    worker.once("error", reject);
    worker.once("exit", (code) =>
      reject(new Error(`The thread that removes expired records ended with ${code}.`)),
    );
  });
  const over = () => void mergeAfter(MERGE_AFTER);
  const settled = removed.then(over, over);
  return {
    removed,
    stop() {
      Atomics.store(stop, 0, 1);
      Atomics.notify(stop, 0);
      return settled;
    },
  };
}
