import type { Leases } from "../lock-queue.ts";
import { freshVersion } from "../version.ts";
import type { Client } from "./client.ts";
import { boundKey } from "./rows.ts";
import type { Statements } from "./statements.ts";

/**
 * Leases as rows beside the sessions, judged by the server's clock. No advisory locks: those of a session belong to a
 * connection, which PgBouncer in transaction mode gives to somebody else after each statement, and a holder that died
 * may keep its connection for hours.
 */
export function postgresLeases(client: Client, statements: Statements): Leases {
  return {
    take: async (key, owner, lease) => {
      const values = [boundKey(key), owner, lease, freshVersion()];
      return (await client.run(statements.takeLock, values)).length > 0;
    },
    // Even a lease that ran out may be extended while nobody else has taken it: then nobody was overtaken.
    extend: async (key, owner, lease) =>
      (await client.run(statements.extendLock, [boundKey(key), owner, lease])).length > 0,
    drop: async (key, owner) => {
      await client.run(statements.dropLock, [boundKey(key), owner]);
    },
  };
}
