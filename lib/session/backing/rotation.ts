import { LockTimeoutError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import type { Saved } from "./backing.ts";
import type { Records } from "./records.ts";

const LEASE = 5000;

/** Whether the session's id is old enough to be changed. */
export function rotationDue(config: Config, session: Saved, now: number): boolean {
  const { rotateEvery } = config.rotation;
  return rotateEvery !== null && now - (session.meta.issued ?? session.created) >= rotateEvery;
}

/** How long an id that was rotated away still leads to the session, milliseconds. */
export function graceOf(config: Config): number {
  return config.rotation.grace;
}

/**
 * Does `work` unless somebody holds the lock on this session: who holds it counts on its id. False, and no harm, if
 * so: the next request tries again.
 */
export async function tryAlone(records: Records, id: string, work: () => Promise<boolean>): Promise<boolean> {
  if (!records.canLock) return work();
  try {
    const lock = await records.lock(id, { wait: 0, lease: LEASE });
    try {
      return await work();
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof LockTimeoutError) return false;
    throw error;
  }
}
