import assert from "node:assert/strict";
import type { LockOptions, SessionStore, StoreLock } from "../../stores/store.ts";

/** A store with locks. */
export type LockingStore = Required<SessionStore>;

/** Without waiting. */
export const NOW: LockOptions = { wait: 0, lease: 20_000 };

/** Sees that somebody has the lock. */
export async function refused(store: LockingStore, key: string, options: LockOptions): Promise<void> {
  const result: StoreLock | { code?: string } = await store.lock(key, options).catch((error) => error);
  // By its code, since a store may come with its own copy of the library.
  assert.equal("code" in result && result.code, "ERR_LOCK_TIMEOUT", "the lock was not refused");
}

/** Sees that nothing is left behind of whoever held it, waited for it or gave up. */
export async function free(store: LockingStore, key: string): Promise<void> {
  await (await store.lock(key, NOW)).release();
}
