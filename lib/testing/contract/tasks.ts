import type { SessionStore, StoreLock } from "../../stores/store.ts";
import { delay, record } from "./subject.ts";

/** What the contract has two processes do. */
export interface SecondTasks {
  /** Adds 1 to a number, so many times, by compare-and-set. */
  increment(key: string, times: number): Promise<void>;
  /** Adds 1 to a number, so many times, by an unconditional write under the lock. */
  incrementLocked(key: string, times: number): Promise<void>;
  /** Saves and touches a record until it is gone; gives how often it found it. */
  writeUntilGone(key: string): Promise<number>;
  /** Takes the lock and keeps it; gives the instant, epoch milliseconds. */
  hold(key: string, lease: number): Promise<number>;
  /** Gives it back. */
  release(): Promise<void>;
}

/** What either of two processes does to one store. */
export function tasksOn(store: Required<SessionStore>): SecondTasks {
  let lock: StoreLock | undefined;
  return {
    async increment(key, times) {
      for (let done = 0; done < times; ) {
        const found = await store.get(key);
        const value = String(Number(found?.value ?? 0) + 1);
        const when = found === undefined ? "absent" : { version: found.version };
        if ((await store.set(key, record({ value }), when)) !== false) done++;
      }
    },
    async incrementLocked(key, times) {
      for (let done = 0; done < times; done++) {
        const held = await store.lock(key, { wait: 60_000, lease: 20_000 });
        const found = await store.get(key);
        await store.set(key, record({ value: String(Number(found?.value ?? 0) + 1) }));
        await held.release();
      }
    },
    async writeUntilGone(key) {
      for (let times = 0; ; times++) {
        const found = await store.get(key);
        if (found === undefined) return times;
        await store.set(key, record({ value: String(times) }), { version: found.version });
        await store.touch(key, Date.now(), null);
        // A database that queues nobody would let the other process in by chance alone, after seconds.
        await delay(1);
      }
    },
    async hold(key, lease) {
      lock = await store.lock(key, { wait: 0, lease });
      return Date.now();
    },
    async release() {
      await lock?.release();
    },
  };
}
