import type { SharedDatabase } from "./shared.ts";
import { PURGE_SQL } from "./statements.ts";
import { inThread, type Threaded } from "./thread.ts";

/** Rows that the calling thread removes by itself, within a millisecond or two. */
export const FEW = 50;

/** Ids that the thread reads at a time; it holds no lock for that. */
const READ = 10_000;

/**
 * What the thread does: short transactions with pauses three times as long, so that most saves find the file free.
 * Removing leaves one page to be merged into the file for nearly every row, and this thread does that, too.
 *
 * The ids are read first, once: among what a purge has to look at are rows that have not quite expired, and a statement
 * that finds and removes would look at all of these again for each batch.
 */
const WORK = `({ database, merge, sql, before, limit, read, stop }) => {
  const [due, remove] = [database.prepare(sql.due), database.prepare(sql.remove)];
  let [removed, size, unmerged] = [0, 20, 0];
  const removeSome = (ids) => {
    if (unmerged > 300) {
      merge();
      unmerged = 0;
    }
    const startedAt = performance.now();
    database.exec("BEGIN IMMEDIATE");
    for (const { id } of ids) removed += Number(remove.run(id, before).changes);
    database.exec("COMMIT");
    const took = performance.now() - startedAt;
    unmerged += ids.length;
    size = Math.max(5, Math.min(Math.floor(size / Math.max(took, 0.5)), size + 10, 200));
    Atomics.wait(stop, 0, 0, Math.max(1, took * 3));
  };
  for (let more = true; more && stop[0] === 0; ) {
    const asked = Math.min(read, limit - removed);
    const ids = asked > 0 ? due.all(before, before, asked) : [];
    more = ids.length === asked && asked > 0;
    while (ids.length > 0 && stop[0] === 0) removeSome(ids.splice(0, size));
  }
  merge();
  return removed;
}`;

/**
 * Starts removing what expired before an instant, at most `limit`, on a connection and in a thread of its own. The
 * answer is how many were removed.
 */
export function startPurge(database: SharedDatabase, before: number, limit: number): Threaded<number> {
  return inThread(database, WORK, { sql: PURGE_SQL, before, limit, read: READ });
}
