import type { Connection } from "./connection.ts";
import { asStoreFailure } from "./failure.ts";
import { type SharedDatabase, withConnection } from "./shared.ts";
import { PURGE_SQL } from "./statements.ts";
import { inThread, stoppable, type Threaded } from "./thread.ts";

/** Rows that the calling thread removes by itself at a time, within a millisecond or two. */
const FEW = 50;

/**
 * What the thread does: short transactions with pauses three times as long, so that most saves find the file free.
 * Removing leaves one page to be merged into the file for nearly every row, and this thread does that, too.
 *
 * It goes through the index once: among what a purge has to look at are rows that have not quite expired, and a
 * statement that finds and removes would look at all of these again for each batch.
 */
const WORK = `({ database, merge, sql, before, limit, stop }) => {
  const [next, remove] = [database.prepare(sql.next), database.prepare(sql.remove)];
  let [removed, size, unmerged, from, id] = [0, 20, 0, -Infinity, 0];
  while (stop[0] === 0) {
    const rows = next.all(from, id, from, before, Math.min(size, limit - removed));
    if (rows.length === 0) break;
    if (unmerged > 300) {
      merge();
      unmerged = 0;
    }
    const startedAt = performance.now();
    removed += Number(remove.run(JSON.stringify(rows.map(({ id }) => id)), before).changes);
    const took = performance.now() - startedAt;
    ({ id, sweep_from: from } = rows.at(-1));
    unmerged += rows.length;
    size = Math.max(5, Math.min(Math.floor(size / Math.max(took, 0.5)), size + 10, 200));
    Atomics.wait(stop, 0, 0, Math.max(1, took * 3));
  }
  merge();
  return removed;
}`;

/** Milliseconds that others have until the next turn. */
const PAUSE = 5;

/** Rows after which a turn merges as well, of up to three pages each: some 4 ms, most of them for the disk. */
const UNMERGED = 100;

/**
 * Starts removing what expired before an instant, at most `limit`: a few in this thread, and leases that are over; the
 * others on a connection and in a thread of its own; where none can be had, in this one as well, by turns. The answer is
 * how many were removed.
 */
export function startPurge(shared: SharedDatabase, before: number, limit: number): Threaded<number> {
  let thread: Threaded<number> | undefined;
  let [removed, unmerged, stopped] = [0, 0, false];
  let last: Entry = { id: 0, sweep_from: Number.NEGATIVE_INFINITY };
  const turn = ({ database, statements }: Connection): boolean => {
    const now = Date.now();
    statements.pruneLocks.run(now, now);
    const asked = Math.min(FEW, limit - removed);
    const from = last.sweep_from;
    const rows = statements.next.all(from, last.id, from, before, asked) as unknown as Entry[];
    removed += Number(statements.remove.run(JSON.stringify(rows.map((row) => row.id)), before).changes);
    last = rows.at(-1) ?? last;
    unmerged += rows.length;
    if (unmerged > UNMERGED) {
      unmerged = 0;
      database.exec("PRAGMA wal_checkpoint");
    }
    return rows.length === asked && removed < limit;
  };
  const all = async () => {
    // At once they would only hold each other up.
    await shared.merge?.settled;
    while ((await withConnection(shared, "write", turn)) && !stopped) {
      try {
        thread = inThread(shared, WORK, { sql: PURGE_SQL, before, limit: limit - removed });
        return removed + (await thread.answer);
      } catch (error) {
        if (thread) throw asStoreFailure(error, shared.file, shared.busyTimeout);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return removed;
  };
  return stoppable(all(), () => {
    stopped = true;
    thread?.stop();
  });
}

/** One of the index. */
interface Entry {
  readonly id: number;
  readonly sweep_from: number;
}
