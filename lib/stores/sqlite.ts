import { chain, type MaybePromise } from "../seal/maybe-promise.ts";
import { promised } from "./immediate.ts";
import { LockQueue } from "./lock-queue.ts";
import { path } from "./sqlite/builtins.ts";
import { countingWrites } from "./sqlite/checkpoint.ts";
import type { Connection } from "./sqlite/connection.ts";
import { sqliteLeases } from "./sqlite/leases.ts";
import { checkedOptions, type SqliteStoreOptions } from "./sqlite/options.ts";
import { boundHash, placeOf } from "./sqlite/place.ts";
import { startPurge } from "./sqlite/prune.ts";
import { idOf, keyOf, recordOf } from "./sqlite/rows.ts";
import { acquire, release, type SharedDatabase, withConnection } from "./sqlite/shared.ts";
import type { Threaded } from "./sqlite/thread.ts";
import { save, touch } from "./sqlite/writes.ts";
import type { NewRecord, SessionStore, SetCondition } from "./store.ts";

export type { SqliteStoreOptions } from "./sqlite/options.ts";

/** Records that `list` reads at a time, within a millisecond or two where their values are of some KB. */
const LIST_PAGE = 100;

/**
 * Keeps sessions in a SQLite file, through Node's own `node:sqlite`: durable, nothing to install, many
 * processes on one machine.
 *
 * Making the store touches nothing; the file is made and opened at first use. All stores of one path in a
 * process share one connection, so hot reloads and Next's several bundles do not add up. `close()` may be
 * called twice, and using the store afterwards opens it again.
 *
 * A file deleted or replaced while the server runs is noticed within 20 ms by a write, within a second by a read.
 * A deleted database is an empty store. Files it makes have mode 0600, directories 0700; a file of this user
 * that others may read is closed to them, including a group.
 *
 * `node:sqlite` is synchronous. A read holds the event loop for some 5 to 10 µs, a write for 10 to 30 µs. What takes
 * longer does not hold it: waiting for another process's write; merging the log (-wal) into the file, which a thread
 * does after each 2000 writes, so that the log may have 10 to 30 MB, and 50 MB where writes never pause; removing expired
 * records, a thread's work as well unless there are only few. Where Node may start no threads
 * (`--permission` without `--allow-worker`), one write in some hundreds merges and takes 20 to 70 ms, and expired records
 * are removed by turns of 1 to 5 ms. Do not put the file on a network file system. On Node 22 it prints Node's own
 * ExperimentalWarning once.
 *
 * Each method rejects with `StoreUnavailableError` (the cause kept) while the file cannot be used, and with
 * `NotSupportedError` on a runtime without `node:sqlite`. A database that can only be read still reads; where its
 * directory cannot be written to either and no process has it open, from Node 22.15 on.
 *
 * @throws {ConfigError} when an option is unknown or out of range.
 * @see Beaker `ext:sqla` and `dbm`, whose place it takes.
 * @example
 * import { sqliteStore } from "next-beaker/stores/sqlite";
 * const { getSession } = createSessions({ store: sqliteStore({ path: ".data/sessions.db" }) });
 */
export function sqliteStore(options: SqliteStoreOptions): SessionStore {
  const { busyTimeout, path: given } = checkedOptions(options);
  let shared: SharedDatabase | undefined;
  let file: string | undefined;

  const waiting = new Set<Promise<unknown>>();
  const join = () => {
    file ??= path().resolve(given);
    return acquire(file, busyTimeout);
  };
  const use = <T>(access: "read" | "write", work: (connection: Connection) => T): MaybePromise<T> => {
    shared ??= join();
    const database = shared;
    const atOnce = () => withConnection(database, access, work);
    const result = access === "read" ? atOnce() : countingWrites(database, atOnce);
    if (result instanceof Promise) {
      waiting.add(result);
      const over = () => void waiting.delete(result);
      result.then(over, over);
    }
    return result;
  };

  // What a lock or a list still asks after close() opens the file for just that: nobody would close it again.
  const briefly = async <T>(access: "read" | "write", work: (connection: Connection) => T): Promise<T> => {
    const database = join();
    try {
      return await withConnection(database, access, work);
    } finally {
      release(database);
    }
  };
  const goOn: typeof use = (access, work) => (shared ? use : briefly)(access, work);

  const purges = new Set<Threaded<number>>();
  const locks = new LockQueue(sqliteLeases((work) => goOn("write", work)));

  return {
    name: "sqlite",

    get: promised((key: string) =>
      chain(
        use("read", ({ statements }) => statements.get.get(...placeOf(key))),
        (row) => (row === undefined ? undefined : recordOf(row)),
      ),
    ),

    set: promised((key: string, record: NewRecord, when?: SetCondition) =>
      use("write", (connection) => save(connection, key, record, when)),
    ),

    touch: promised((key: string, accessedAt: number, expiresAt: number | null) =>
      use("write", (connection) => touch(connection, key, accessedAt, expiresAt)),
    ),

    async delete(key) {
      const removed = await use("write", ({ statements }) => statements.delete.run(...placeOf(key)));
      return removed.changes > 0;
    },

    async lock(key, options) {
      shared ??= join();
      return locks.lock(key, options);
    },

    async *list(subject) {
      shared ??= join();
      for (let after = -1; ; await new Promise(setImmediate)) {
        const values = [boundHash(subject), after, LIST_PAGE] as const;
        const rows = await goOn("read", ({ statements }) => statements.list.all(...values));
        for (const row of rows) {
          yield { ...recordOf(row), key: keyOf(row) };
          after = idOf(row);
        }
        if (rows.length < LIST_PAGE) return;
      }
    },

    async prune(before, limit) {
      shared ??= join();
      const purge = startPurge(shared, before, limit);
      purges.add(purge);
      try {
        return await purge.answer;
      } finally {
        purges.delete(purge);
      }
    },

    async close() {
      await Promise.all([...purges].map((purge) => purge.stop()));
      await Promise.allSettled(waiting);
      await shared?.merge?.stop();
      if (shared === undefined) return;
      const leaving = shared;
      shared = undefined;
      release(leaving);
    },
  };
}
