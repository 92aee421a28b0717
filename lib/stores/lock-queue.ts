import { LockTimeoutError } from "../errors.ts";
import type { LockOptions, StoreLock } from "./store.ts";

/** What a store must bring to get `lock` from {@link LockQueue}: three quick steps, each atomic. */
export interface Leases {
  /** Takes the lease if nobody holds one that has not run out. */
  take(key: string, owner: string, lease: number): Promise<boolean> | boolean;
  /** Extends it if `owner` still holds it. */
  extend(key: string, owner: string, lease: number): Promise<boolean> | boolean;
  /** Gives it back if `owner` still holds it. */
  drop(key: string, owner: string): Promise<void> | void;
}

const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 50;

interface Waiter {
  wake(): void;
}

/**
 * Turns leases into locks that can be waited for. Within the process waiters are served in their order, and only the
 * first of a key asks the store; between processes they ask in turn at random short intervals. Nothing is kept for a
 * key that nobody waits for.
 */
export class LockQueue {
  readonly #leases: Leases;
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  async lock(key: string, options: LockOptions): Promise<StoreLock> {
    const owner = crypto.randomUUID();
    await this.#wait(key, owner, options);
    let held = true;
    return {
      renew: async () => {
        held &&= await this.#leases.extend(key, owner, options.lease);
        return held;
      },
      release: async () => {
        if (!held) return;
        held = false;
        await this.#leases.drop(key, owner);
        this.#wakeFirst(key);
      },
    };
  }

  async #wait(key: string, owner: string, { wait, lease, signal }: LockOptions): Promise<void> {
    signal?.throwIfAborted();
    const until = performance.now() + wait;
    const waiter: Waiter = { wake: () => {} };
    const queue = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, queue);
    queue.push(waiter);
    const wake = () => waiter.wake();
    signal?.addEventListener("abort", wake);
    try {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
        const first = queue[0] === waiter;
        if (first && (await this.#leases.take(key, owner, lease))) {
          if (!signal?.aborted) return;
          await this.#leases.drop(key, owner);
          throw signal.reason;
        }
        const left = until - performance.now();
        if (left <= 0) throw new LockTimeoutError(timeoutMessage(key, wait));
        // Random, so that processes that wait for the same lock do not ask in step.
        const nap = first ? pause * (0.5 + Math.random() / 2) : left;
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
      queue.splice(queue.indexOf(waiter), 1);
      if (queue.length === 0) this.#waiting.delete(key);
      else this.#wakeFirst(key);
    }
  }

  #wakeFirst(key: string): void {
    this.#waiting.get(key)?.[0]?.wake();
  }
}

function timeoutMessage(key: string, wait: number): string {
  return `The lock on session ${key} was not free within ${wait / 1000} s. Somebody holds it that long; wait longer, or hold it shorter.`;
}
