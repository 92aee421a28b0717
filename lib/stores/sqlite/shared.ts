import { type Connection, connect } from "./connection.ts";
import { asStoreFailure, isBroken, isBusy } from "./failure.ts";
import { removeLeftBehind } from "./file.ts";
import type { Threaded } from "./thread.ts";

/** One database file in this process, whoever uses it. */
export interface SharedDatabase {
  readonly file: string;
  busyTimeout: number;
  users: number;
  connection: Connection | undefined;
  checkedAt: number;
  /** The thread that is merging the log into the file. */
  merge: Threaded<boolean> | undefined;
}

/**
 * How often to look whether the path still leads to the open file, milliseconds. What is written into a file that was
 * just deleted is lost as if it had been written just before, so a write need not look each time: that took a third of
 * it. Reads may be wrong for longer: nothing is lost by them.
 */
const CHECK_EVERY = { read: 1000, write: 20 } as const;

// On globalThis, since Next evaluates this module once each for proxy, pages and handlers, and at each hot reload.
function registry(): Map<string, SharedDatabase> {
  const home = globalThis as { [key: symbol]: Map<string, SharedDatabase> | undefined };
  const place = Symbol.for("next-beaker.sqlite");
  home[place] ??= new Map();
  return home[place];
}

/** Joins the users of `file` (absolute). Opens nothing yet. */
export function acquire(file: string, busyTimeout: number): SharedDatabase {
  let shared = registry().get(file);
  if (shared === undefined) {
    shared = { file, busyTimeout, users: 0, connection: undefined, checkedAt: 0, merge: undefined };
    registry().set(file, shared);
  }
  shared.users++;
  shared.busyTimeout = busyTimeout;
  return shared;
}

/** Leaves; the last one closes the connection. */
export function release(shared: SharedDatabase): void {
  if (--shared.users > 0) return;
  registry().delete(shared.file);
  disconnect(shared);
}

/**
 * Does `work` on the open database, opening or reopening it if need be: after the file was deleted, replaced
 * or repaired the process goes on with whatever the path leads to now.
 *
 * At once, or by a promise where another connection is writing: SQLite's own waiting would hold up the whole process.
 */
export function withConnection<T>(
  shared: SharedDatabase,
  access: "read" | "write",
  work: (connection: Connection) => T,
): T | Promise<T> {
  try {
    return attempt(shared, access, work);
  } catch (error) {
    if (!isBusy(error)) throw asStoreFailure(error, shared.file, shared.busyTimeout);
  }
  return whenFree(shared, () => attempt(shared, access, work));
}

function attempt<T>(
  shared: SharedDatabase,
  access: "read" | "write",
  work: (connection: Connection) => T,
): T {
  try {
    return work(currentConnection(shared, access));
  } catch (error) {
    if (!isBroken(error)) throw error;
    disconnect(shared);
    return work(currentConnection(shared, access));
  }
}

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 20;

async function whenFree<T>(shared: SharedDatabase, work: () => T): Promise<T> {
  const deadline = performance.now() + shared.busyTimeout;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    // At random, or two that met once would meet again and again.
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) {
        throw asStoreFailure(error, shared.file, shared.busyTimeout);
      }
    }
  }
}

function currentConnection(shared: SharedDatabase, access: "read" | "write"): Connection {
  const { connection } = shared;
  if (connection !== undefined) {
    const now = performance.now();
    if (!connection.unguarded && now - shared.checkedAt < CHECK_EVERY[access]) return connection;
    shared.checkedAt = now;
    if (connection.isCurrent()) return connection;
    disconnect(shared);
  }
  shared.checkedAt = performance.now();
  shared.connection = connect(shared.file);
  return shared.connection;
}

function disconnect(shared: SharedDatabase): void {
  const { connection } = shared;
  if (connection === undefined) return;
  shared.connection = undefined;
  let moved = false;
  try {
    moved = !connection.unguarded && !connection.isCurrent();
  } finally {
    connection.database.close();
  }
  if (moved) removeLeftBehind(connection.identity.siblings);
}
