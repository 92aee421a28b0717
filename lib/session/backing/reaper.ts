import { NotSupportedError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import type { SessionStore } from "../../stores/store.ts";
import { Records } from "./records.ts";

const INTERVAL = 5 * 60_000;
const BATCH = 1000;
const lastRun = new WeakMap<SessionStore, number>();

/**
 * Removes some expired records in passing, at most every five minutes a process, so that nobody has to set up a job
 * for it. Called where a session is created: where they pile up. Never awaited, and never fails a request.
 */
export function reapInPassing(config: Config, store: SessionStore): void {
  const now = config.now();
  // A clock that was set back counts as a long time.
  if (!store.prune || Math.abs(now - (lastRun.get(store) ?? 0)) < INTERVAL) return;
  lastRun.set(store, now);
  void new Records(config, store).prune(now, BATCH).catch(() => {});
}

/**
 * Removes all expired records; gives how many.
 *
 * @throws {NotSupportedError} if the store cannot do that.
 */
export async function reapAll(config: Config, store: SessionStore): Promise<number> {
  if (!store.prune) {
    throw new NotSupportedError(
      `The store "${store.name}" has no prune(): it drops expired records by itself, or never.`,
    );
  }
  const records = new Records(config, store);
  const now = config.now();
  let total = 0;
  for (;;) {
    const count = await records.prune(now, BATCH);
    total += count;
    if (count < BATCH) return total;
  }
}
