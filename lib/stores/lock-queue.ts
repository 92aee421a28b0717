import { LockTimeoutError } from "../errors.ts";
import type { LockOptions, StoreLock } from "./store.ts";
import { within } from "./within.ts";

/** What a store must bring to get `lock` from {@link LockQueue}: three quick steps, each atomic. */
export interface Leases {
  /** Takes the lease if nobody holds one that has not run out, and then gives the record, if any, a new version. */
  take(key: string, owner: string, lease: number): Promise<boolean> | boolean;
  /** Extends it if `owner` still holds it. */
  extend(key: string, owner: string, lease: number): Promise<boolean> | boolean;
  /** Gives it back if `owner` still holds it. */
  drop(key: string, owner: string): Promise<void> | void;
}

const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 50;
/** Milliseconds for which a process hands a lock on among its own before it gives way to others. */
const LONGEST_STREAK = 250;

interface Waiter {
  wake(): void;
}

/** This process's waiters for one key. */
interface Line {
  readonly waiters: Waiter[];
  /** Whether one of this process has the lock. */
  isHeld?: boolean;
  /** Since when they have had it one after the other; undefined when another process had it last. */
  streakSince?: number | undefined;
}

/**
 * Turns leases into locks that can be waited for: what a store's `lock` needs beyond its back end.
 *
 * Within the process waiters are served in their order, and only the first of a key asks the store; between processes
 * they ask at random short intervals, and a process whose waiters never cease gives way now and then. Nothing is kept
 * for a key that nobody waits for.
 *
 * @example
 * const locks = new LockQueue({ take, extend, drop });
 * const store = { name: "mine", get, set, touch, delete: remove, lock: (key, options) => locks.lock(key, options) };
 * @see docs/writing-a-store.md
 */
export class LockQueue {
  readonly #leases: Leases;
  readonly #longestStreak: number;
  readonly #lines = new Map<string, Line>();

  /** `alone`: no other process has these leases, so there is nobody to give way to. */
  constructor(leases: Leases, { alone = false }: { alone?: boolean } = {}) {
    this.#leases = leases;
    this.#longestStreak = alone ? Number.POSITIVE_INFINITY : LONGEST_STREAK;
  }

  /**
   * Waits for the lease on `key` and takes it: `SessionStore.lock`.
   *
   * @throws {LockTimeoutError} when it was not free within `wait` milliseconds; `signal.reason` when aborted.
   */
  async lock(key: string, options: LockOptions): Promise<StoreLock> {
    const owner = crypto.randomUUID();
    await this.#wait(key, owner, options);
    let held = true;
    return {
      renew: async () => {
        if (held && !(await step(options, this.#leases.extend(key, owner, options.lease)))) held = false;
        return held;
      },
      release: async () => {
        if (!held) return;
        held = false;
        try {
          await step(options, this.#leases.drop(key, owner));
        } finally {
          const line = this.#lines.get(key);
          if (line) line.isHeld = false;
          this.#wakeFirst(key);
        }
      },
    };
  }

  async #wait(key: string, owner: string, options: LockOptions): Promise<void> {
    const { wait, lease, signal } = options;
    // Taken after we had given up asking: nobody would ever release it.
    const late = (taken: boolean) => {
      if (taken) void Promise.resolve(this.#leases.drop(key, owner)).catch(() => {});
    };
    signal?.throwIfAborted();
    const until = performance.now() + wait;
    const waiter: Waiter = { wake: () => {} };
    const line = this.#lines.get(key) ?? { waiters: [] };
    this.#lines.set(key, line);
    line.waiters.push(waiter);
    const wake = () => waiter.wake();
    signal?.addEventListener("abort", wake);
    try {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
        const first = line.waiters[0] === waiter;
        const givesWay = performance.now() - (line.streakSince ?? Infinity) > this.#longestStreak;
        if (first && !givesWay && (await step(options, this.#leases.take(key, owner, lease), late))) {
          if (signal?.aborted) {
            await this.#leases.drop(key, owner);
            throw signal.reason;
          }
          line.isHeld = true;
          line.streakSince ??= performance.now();
          return;
        }
        if (first && !line.isHeld) line.streakSince = undefined;
        const left = until - performance.now();
        if (left <= 0) throw new LockTimeoutError(timeoutMessage(key, wait));
        // Random, so that processes that wait for the same lock do not ask in step.
        const nap = first ? (givesWay ? LONGEST_PAUSE : pause * (0.5 + Math.random() / 2)) : left;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(nap, left));
          waiter.wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        signal?.throwIfAborted();
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      line.waiters.splice(line.waiters.indexOf(waiter), 1);
      if (line.waiters.length === 0) this.#lines.delete(key);
      else this.#wakeFirst(key);
    }
  }

  #wakeFirst(key: string): void {
    this.#lines.get(key)?.waiters[0]?.wake();
  }
}

/** What the store answers. One that answers at once needs no clock. */
function step<T>(options: LockOptions, answer: Promise<T> | T, late?: (result: T) => void): Promise<T> | T {
  return answer instanceof Promise ? within(options.timeout, "The session store", answer, late) : answer;
}

function timeoutMessage(key: string, wait: number): string {
  return `The lock on session ${key} was not free within ${wait / 1000} s. Somebody holds it that long (perhaps this request itself: a lock is not taken twice); wait longer, or hold it shorter.`;
}
