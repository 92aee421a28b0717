import { LockQueue } from "./lock-queue.ts";
import { path } from "./sqlite/builtins.ts";
import { type Connection, SQL } from "./sqlite/connection.ts";
import { asStoreFailure } from "./sqlite/failure.ts";
import { sqliteLeases } from "./sqlite/leases.ts";
import { checkedOptions, type SqliteStoreOptions } from "./sqlite/options.ts";
import { FEW, type Purge, startPurge } from "./sqlite/prune.ts";
import { boundKey, columnsOf, keyOf, type Row, recordOf } from "./sqlite/rows.ts";
import { acquire, release, type SharedDatabase, withConnection } from "./sqlite/shared.ts";
import type { SessionStore } from "./store.ts";
import { freshVersion, versionNumber } from "./version.ts";

export type { SqliteStoreOptions } from "./sqlite/options.ts";

/**
 * Keeps sessions in a SQLite file, through Node's own `node:sqlite`: durable, nothing to install, many
 * processes on one machine.
 *
 * Making the store touches nothing; the file is made and opened at first use. All stores of one path in a
 * process share one connection, so hot reloads and Next's several bundles do not add up. `close()` may be
 * called twice, and using the store afterwards opens it again.
 *
 * A file deleted or replaced while the server runs is noticed: at once by a write, within a second by a read.
 * A deleted database is an empty store. Files it makes have mode 0600, directories 0700; a file of this user
 * that others may read is closed to them, including a group.
 *
 * `node:sqlite` is synchronous. A read holds the event loop for some 10 µs, a write for 20 to 100 µs, and
 * waiting for another process's write for up to `busyTimeout` milliseconds. Expired records are removed in a thread
 * of their own, unless there are only few. Do not put the file on a network
 * file system. On Node 22 it prints Node's own ExperimentalWarning once.
 *
 * Each method rejects with `StoreUnavailableError` (the cause kept) while the file cannot be used, and with
 * `NotSupportedError` on a runtime without `node:sqlite`. A database that can only be read still reads.
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

  const use = <T>(access: "read" | "write", work: (connection: Connection) => T): T => {
    file ??= path().resolve(given);
    shared ??= acquire(file, busyTimeout);
    return withConnection(shared, access, work);
  };

  const purges = new Set<Purge>();
  const locks = new LockQueue(sqliteLeases((work) => use("write", work)));

  return {
    name: "sqlite",

    async get(key) {
      const row = use("read", ({ statements }) => statements.get.get(boundKey(key)));
      return row === undefined ? undefined : recordOf(row as unknown as Row);
    },

    async set(key, record, when) {
      const version = freshVersion();
      const columns = columnsOf(record, version);
      const written = use("write", ({ statements }) => {
        if (when === undefined) return statements.put.run(...columns, boundKey(key));
        if (when === "absent") return statements.putAbsent.run(...columns, boundKey(key));
        if (when === "present") return statements.putPresent.run(...columns, boundKey(key));
        return statements.putVersion.run(...columns, boundKey(key), versionNumber(when.version));
      });
      return written.changes > 0 && String(version);
    },

    async touch(key, accessedAt, expiresAt) {
      const moved = use("write", ({ statements }) =>
        statements.touch.run(accessedAt, expiresAt, boundKey(key)),
      );
      return moved.changes > 0;
    },

    async delete(key) {
      const removed = use("write", ({ statements }) => statements.delete.run(boundKey(key)));
      return removed.changes > 0;
    },

    lock: (key, options) => locks.lock(key, options),

    async *list(subject) {
      const rows = use("read", ({ statements }) => statements.list.all(subject));
      for (const row of rows as unknown as (Row & { key: Uint8Array | string })[]) {
        yield { ...recordOf(row), key: keyOf(row.key) };
      }
    },

    async prune(before, limit) {
      const expired = use("read", ({ statements }) => statements.countExpired.get(before, FEW + 1)?.["n"]);
      use("write", ({ statements }) => statements.pruneLocks.run(Date.now()));
      if (Number(expired) <= FEW || limit <= FEW) {
        const few = Math.min(limit, FEW);
        return Number(use("write", ({ statements }) => statements.prune.run(before, few)).changes);
      }
      const current = shared as SharedDatabase;
      const purge = startPurge(current, SQL.prune, before, limit);
      purges.add(purge);
      try {
        return await purge.removed;
      } catch (error) {
        throw asStoreFailure(error, current.file, current.busyTimeout);
      } finally {
        purges.delete(purge);
      }
    },

    async close() {
      await Promise.all([...purges].map((purge) => purge.stop()));
      if (shared === undefined) return;
      const leaving = shared;
      shared = undefined;
      release(leaving);
    },
  };
}
