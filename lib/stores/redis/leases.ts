import type { Leases } from "../lock-queue.ts";
import type { Connection } from "./connection.ts";
import { isMoving } from "./failure.ts";
import type { KeyNames } from "./keys.ts";
import { freshToken } from "./record.ts";
import { DROP, EXTEND, TAKE } from "./scripts.ts";

/** Leases as keys that Redis lets expire by its own clock. Whoever dies holding one is waited for no longer than that. */
export function redisLeases(connection: Connection, names: KeyNames): Leases {
  const milliseconds = (lease: number) => String(Math.max(1, Math.ceil(lease)));
  return {
    async take(key, owner, lease) {
      const keys = [names.lock(key), names.record(key)];
      try {
        return (await connection.run(TAKE, keys, [owner, milliseconds(lease), freshToken()])) === "1";
      } catch (error) {
        // While a cluster moves the slot, the two keys are not in one place. Nobody has the lock then; ask again.
        if (isMoving(error)) return false;
        throw error;
      }
    },
    async extend(key, owner, lease) {
      return (await connection.run(EXTEND, [names.lock(key)], [owner, milliseconds(lease)])) === "1";
    },
    async drop(key, owner) {
      await connection.run(DROP, [names.lock(key)], [owner]);
    },
  };
}
