import type { Leases } from "../lock-queue.ts";
import { freshVersion } from "../version.ts";
import type { Connection } from "./connection.ts";
import { boundHash, placeOf } from "./place.ts";
import { atOnce } from "./transaction.ts";

/**
 * Leases as rows beside the sessions, judged by the machine's clock, which all processes of the file share. A holder
 * that was killed leaves a row that the next one takes over.
 */
export function sqliteLeases(write: <T>(work: (connection: Connection) => T) => T | Promise<T>): Leases {
  return {
    take: (key, owner, lease) =>
      write(({ database, statements }) => {
        const now = Date.now();
        // Asking costs no write while somebody holds it, so that waiting processes do not hold each other up.
        if (statements.isLocked.get(boundHash(key), now, now) !== undefined) return false;
        return atOnce(database, () => {
          const cells = cellsOf(owner, lease, now);
          const taken = statements.takeLock.run(boundHash(key), ...cells, now, now).changes > 0;
          if (taken) statements.fence.run(freshVersion(), ...placeOf(key));
          return taken;
        });
      }),

    // Even a lease that ran out may be extended while nobody else has taken it: then nobody was overtaken.
    extend: (key, owner, lease) =>
      write(({ statements }) => {
        const cells = cellsOf(owner, lease, Date.now());
        return statements.extendLock.run(...cells, boundHash(key), owner).changes > 0;
      }),

    async drop(key, owner) {
      await write(({ statements }) => statements.dropLock.run(boundHash(key), owner));
    },
  };
}

/**
 * What stands in the columns `owner` and `expires_at`: who it is, a UUID, and since when; until when. A next-beaker that
 * writes the UUID alone takes it all for a name, and goes on working beside this one.
 */
const cellsOf = (owner: string, lease: number, now: number) => [`${owner} ${now}`, now + lease] as const;
