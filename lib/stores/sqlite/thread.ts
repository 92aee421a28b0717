import { workerThreads } from "./builtins.ts";
import type { SharedDatabase } from "./shared.ts";

/** Work on a database that goes on in another thread, or in turns with this one's own. */
export interface Threaded<Answer> {
  /** Rejects with SQLite's own error, or with that of a thread that could not be had. */
  readonly answer: Promise<Answer>;
  /** The same without what came of it. */
  readonly settled: Promise<void>;
  /** Asks it to end early; resolves once the file is closed. */
  stop(): Promise<void>;
}

/**
 * What runs there. As text, because a file of its own would not survive bundlers; so it has no comments.
 *
 * Node 22 warns that node:sqlite is experimental, as the main thread has done. A file that is gone must not be made
 * anew by whoever only tidies up (`mode=rw` would say so, from Node 22.15 on), and one that has taken its place is left
 * alone: the log of one merged into the other would damage it.
 *
 * `merge` merges the log into the file. A pass that finds all writes merged waits until the disk has them, and lets
 * others write meanwhile; so it is repeated until it has caught up. Then hardly anything is left to do while nobody may
 * write (RESTART), and the log can start anew. Who writes first into it waits for the disk, so that is done here, too:
 * the schema's number over itself. It tells whether the log starts anew.
 */
const FRAME = `
process.removeAllListeners("warning");
const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
const { file, ino, dev, busyTimeout, stop } = workerData;
const message = {};
let database;
const run = (sql) => database.prepare("PRAGMA " + sql).get();
const waits = (ms) => run("busy_timeout = " + ms);
const merge = () => {
  let pages = 0;
  for (let passes = 0; ; passes++) {
    if (passes === 8 || stop[0]) return false;
    const { log, checkpointed } = run("wal_checkpoint");
    if (log === pages && checkpointed === log) break;
    pages = log;
  }
  waits(100);
  const { busy } = run("wal_checkpoint(RESTART)");
  waits(busyTimeout);
  database.exec("BEGIN IMMEDIATE");
  run("user_version = " + run("user_version").user_version);
  database.exec("COMMIT");
  return busy === 0;
};
const mustBeThere = () => {
  const now = process.getBuiltinModule("node:fs").statSync(file);
  if (now.ino !== ino || now.dev !== dev) throw Error("Another file has taken its place.");
};
try {
  mustBeThere();
  database = new (process.getBuiltinModule("node:sqlite").DatabaseSync)(file);
  mustBeThere();
  waits(busyTimeout);
  run("synchronous = NORMAL");
  run("wal_autocheckpoint = 0");
  message.answer = work({ ...workerData, database, merge });
} catch ({ message: text, errcode = 0 }) {
  message.failure = { message: text, errcode };
}
database?.close();
parentPort.postMessage(message);`;

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
  const { ino, dev } = connection?.identity.main ?? {};
  const worker = new (workerThreads().Worker)(`const work = ${work};${FRAME}`, {
    eval: true,
    // Nothing that the process was started with, by a flag or by NODE_OPTIONS: what an agent of a monitor does in each
    // thread takes longer than our work, and a timer of it would keep the thread for ever.
    execArgv: [],
    env: {},
    workerData: { ...values, file, ino, dev, busyTimeout, stop },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    worker.once("message", ({ answer, failure }: Message<Answer>) => {
      // The file is closed. It would end by itself but for what else has got into it: an agent may wrap `Worker`.
      void worker.terminate();
      if (failure === undefined) resolve(answer);
      else reject(Object.assign(new Error(), failure));
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`Its thread ended: ${code}.`)));
  });
  return stoppable(answer, () => {
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
  });
}

/** Work under way that `end` asks to end early. */
export function stoppable<Answer>(answer: Promise<Answer>, end: () => void): Threaded<Answer> {
  const settled = answer.then(ignore, ignore);
  return {
    answer,
    settled,
    stop() {
      end();
      return settled;
    },
  };
}

function ignore(): void {}
