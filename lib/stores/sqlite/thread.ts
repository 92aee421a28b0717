import { url, workerThreads } from "./builtins.ts";
import type { SharedDatabase } from "./shared.ts";

/** Pages of log, 25 MB, that are too many to go on writing while they are merged. */
const PAGES_TO_CATCH_UP = 6250;

/** Work on a database that goes on in another thread. */
export interface Threaded<Answer> {
  /** Rejects with SQLite's own error, or with that of a thread that could not be had. */
  readonly answer: Promise<Answer>;
  /** Asks it to end early; resolves once the file is closed. */
  stop(): Promise<void>;
}

/**
 * What runs there. As text, because a file of its own would not survive bundlers.
 *
 * `merge` merges the log into the file. A pass that finds all writes merged waits until the disk has them, and lets
 * others write meanwhile; so it is repeated until it has caught up. Then hardly anything is left to do while nobody may
 * write (RESTART), and the log can start anew. Who writes first into it waits for the disk, so that is done here, too:
 * the schema's number over itself.
 */
const FRAME = `
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
  // Node 22 says that node:sqlite is experimental; the main thread has said so.
  process.removeAllListeners("warning");
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const { file, location, identity, busyTimeout, stop } = workerData;
  const message = {};
  let database;
  const open = () => {
    database = new DatabaseSync(location);
    // The log of one file merged into another would damage it.
    const { ino, dev } = process.getBuiltinModule("node:fs").statSync(file);
    if (ino !== identity.ino || dev !== identity.dev) throw new Error("The file was replaced.");
    waits(busyTimeout);
    database.exec("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
  };
  const waits = (milliseconds) => database.exec("PRAGMA busy_timeout = " + milliseconds);
  const merge = () => {
    const pass = database.prepare("PRAGMA wal_checkpoint");
    let [pages, caughtUp] = [0, false];
    for (let passes = 0; passes < 8 && !caughtUp && stop[0] === 0; passes++) {
      const { log, checkpointed } = pass.get();
      caughtUp = log === pages && checkpointed === log;
      pages = log;
    }
    // Where writers are faster they have to wait now and then, or the log would grow for ever.
    if (stop[0] === 1 || pages < (caughtUp ? 1 : ${PAGES_TO_CATCH_UP})) return;
    waits(100);
    database.exec("PRAGMA wal_checkpoint(RESTART)");
    waits(busyTimeout);
    database.exec("BEGIN IMMEDIATE");
    const { user_version } = database.prepare("PRAGMA user_version").get();
    database.exec("PRAGMA user_version = " + user_version + "; COMMIT");
  };
  try {
    open();
    message.answer = work({ ...workerData, database, merge });
  } catch (error) {
    message.failure = { message: error.message, errcode: error.errcode ?? 0 };
  }
  database?.close();
  parentPort.postMessage(message);
`;

interface Message<Answer> {
  readonly answer: Answer;
  readonly failure?: { readonly message: string; readonly errcode: number };
}

/**
 * Runs `work` in a thread of its own, on a connection that merges the log into the file only when told to.
 *
 * @param work source of a function that is given `{ database, merge, stop, ...values }`: the connection, what merges its
 * log into the file, and where a 1 asks it to end early. It gives the answer.
 * @throws {Error} where no thread can be had.
 */
export function inThread<Answer>(
  { file, busyTimeout, connection }: SharedDatabase,
  work: string,
  values: Readonly<Record<string, unknown>> = {},
): Threaded<Answer> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  // `mode=rw`: a file that has just been deleted must not be made anew by whoever only tidies up.
  const location = `${url().pathToFileURL(file).href}?mode=rw`;
  const { ino, dev } = connection?.identity.main ?? {};
  const worker = new (workerThreads().Worker)(`const work = ${work};${FRAME}`, {
    eval: true,
    execArgv: [],
    workerData: { ...values, file, location, identity: { ino, dev }, busyTimeout, stop },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    worker.once("message", ({ answer, failure }: Message<Answer>) => {
      if (failure === undefined) resolve(answer);
      else reject(Object.assign(new Error(failure.message), { errcode: failure.errcode }));
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The thread that tidies up ended with ${code}.`)));
  });
  const settled = answer.then(ignore, ignore);
  return {
    answer,
    stop() {
      Atomics.store(stop, 0, 1);
      Atomics.notify(stop, 0);
      return settled;
    },
  };
}

function ignore(): void {}
