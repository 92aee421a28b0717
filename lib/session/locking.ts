import { NotSupportedError } from "../errors.ts";
import { seconds } from "../options/check.ts";
import type { Records } from "./backing/records.ts";
import { HeldLock } from "./held-lock.ts";

/** What `lock` and `update` take. */
export interface LockSettings {
  /** How long to wait for the lock, seconds. Default 10. */
  wait?: number | undefined;
  /** How long the lock outlives a holder that has died, seconds; it is renewed while held. Default 15. */
  lease?: number | undefined;
  /** Gives up waiting when aborted. */
  signal?: AbortSignal | undefined;
}

/** A lock on a session; `await using` releases it at the end of the block. */
export interface SessionLock extends AsyncDisposable {
  /** Releases it. May be called twice. */
  unlock(): Promise<void>;
}

const DEFAULT_WAIT = 10;
const DEFAULT_LEASE = 15;

/**
 * Waits for the lock on a session's record.
 *
 * @throws {NotSupportedError} on stores without locks.
 * @throws {LockTimeoutError} when it was not free in time.
 */
export async function acquireLock(records: Records, id: string, settings: LockSettings): Promise<HeldLock> {
  if (!records.canLock) {
    throw new NotSupportedError(
      `The store "${records.storeName}" has no locks. Use one that has, or save without a lock.`,
    );
  }
  const lease = (seconds("lease", settings.lease) ?? DEFAULT_LEASE) * 1000;
  // 0 is a sensible wait: take it now or not at all.
  const wait = settings.wait === 0 ? 0 : (seconds("wait", settings.wait) ?? DEFAULT_WAIT) * 1000;
  const lock = await records.lock(id, { wait, lease, signal: settings.signal });
  return new HeldLock(lock, id, lease);
}
