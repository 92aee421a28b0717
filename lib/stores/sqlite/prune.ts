import type { Connection } from "./connection.ts";
import { type SharedDatabase, withConnection } from "./shared.ts";
import { PURGE_SQL } from "./statements.ts";
import { inThread, stoppable, type Threaded } from "./thread.ts";

/** Rows that the calling thread removes by itself at a time, within a millisecond or two. */
export const FEW = 50;

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

/**
 * Starts removing what expired before an instant, at most `limit`, on a connection and in a thread of its own. Where
 * there are `few`, or no thread can be had, in this one. The answer is how many were removed.
 */
export function startPurge(
  database: SharedDatabase,
  before: number,
  limit: number,
  few: boolean,
): Threaded<number> {
  try {
    if (!few) return inThread(database, WORK, { sql: PURGE_SQL, before, limit });
  } catch {}
  return inTurns(database, before, limit);
}

/** Milliseconds that others have until the next turn. */
const PAUSE = 5;

/** Rows after which a turn merges as well, of up to three pages each: some 4 ms, most of them for the disk. */
const UNMERGED = 100;

/** The same as the thread does, a few at a time. */
function inTurns(database: SharedDatabase, before: number, limit: number): Threaded<number> {
  let [removed, unmerged, from, id, stopped] = [0, 0, Number.NEGATIVE_INFINITY, 0, false];
  const turn = ({ database }: Connection): boolean => {
    const next = database.prepare(PURGE_SQL.next);
    const asked = Math.min(FEW, limit - removed);
    const rows = next.all(from, id, from, before, asked) as unknown as Entry[];
    const remove = database.prepare(PURGE_SQL.remove);
    removed += Number(remove.run(JSON.stringify(rows.map((row) => row.id)), before).changes);
    ({ id, sweep_from: from } = rows.at(-1) ?? { id, sweep_from: from });
    unmerged += rows.length;
    if (unmerged > UNMERGED) {
      unmerged = 0;
      database.exec("PRAGMA wal_checkpoint");
    }
    return rows.length === asked && removed < limit && !stopped;
  };
  const all = async () => {
    while (await withConnection(database, "write", turn)) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return removed;
  };
  return stoppable(all(), () => {
    stopped = true;
  });
}

/** One of the index. */
interface Entry {
  readonly id: number;
  readonly sweep_from: number;
}
