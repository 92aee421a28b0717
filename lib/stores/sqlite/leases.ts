import type { Leases } from "../lock-queue.ts";
import { freshVersion } from "../version.ts";
import type { Connection } from "./connection.ts";
import { boundKey } from "./rows.ts";

/**
 * Leases as rows beside the sessions, judged by the machine's clock, which all processes of the file share. A holder
 * that was killed leaves a row that the next one takes over.
 */
export function sqliteLeases(write: <T>(work: (connection: Connection) => T) => T): Leases {
  return {
    take: (key, owner, lease) =>
      write(({ database, statements }) => {
        const now = Date.now();
        // Asking costs no write while somebody holds it, so that waiting processes do not hold each other up.
        if (statements.isLocked.get(boundKey(key), now) !== undefined) return false;
        database.exec("BEGIN IMMEDIATE");
        try {
          const taken = statements.takeLock.run(boundKey(key), owner, now + lease, now).changes > 0;
          if (taken) statements.fence.run(freshVersion(), boundKey(key));
          database.exec("COMMIT");
          return taken;
        } catch (error) {
          if (database.isTransaction) database.exec("ROLLBACK");
          throw error;
        }
      }),

    // Even a lease that ran out may be extended while nobody else has taken it: then nobody was overtaken.
    extend: (key, owner, lease) =>
      write(
        ({ statements }) => statements.extendLock.run(Date.now() + lease, boundKey(key), owner).changes > 0,
      ),

    drop: (key, owner) => {
      write(({ statements }) => statements.dropLock.run(boundKey(key), owner));
    },
  };
}
