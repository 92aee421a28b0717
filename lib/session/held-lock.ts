import { LockLostError } from "../errors.ts";
import type { StoreLock } from "../stores/store.ts";

// Nobody means to hold a session this long: a lock that was never released must not renew itself for ever.
const LONGEST_HOLD = 15 * 60_000;

/**
 * A lock that one session object holds. It renews its lease by itself for as long as the object is in use, so the
 * lease frees the session soon after its holder dies, without limiting how long an honest holder may take.
 */
export class HeldLock {
  readonly #lock: StoreLock;
  readonly #sessionId: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #lost = false;

  constructor(lock: StoreLock, sessionId: string, lease: number) {
    this.#lock = lock;
    this.#sessionId = sessionId;
    this.#timer = renewEvery(lease / 3, this);
  }

  /**
   * Makes sure that the lock is still ours.
   *
   * @throws {LockLostError} if its lease ran out: somebody else may hold it.
   */
  async confirm(): Promise<void> {
    if (await this.renew()) return;
    throw new LockLostError(
      `The lock on session ${this.#sessionId} was lost: its lease ran out while this request held it. Nothing was ` +
        "saved; lock again, or take a longer `lease`.",
    );
  }

  /** False once the lock is lost. */
  async renew(): Promise<boolean> {
    if (!this.#lost) this.#lost = !(await this.#lock.renew());
    if (this.#lost) clearInterval(this.#timer);
    return !this.#lost;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#lock.release();
  }
}

function renewEvery(interval: number, held: HeldLock): ReturnType<typeof setInterval> {
  // Weakly: a request that is over and forgot to unlock must not keep its session locked.
  const weak = new WeakRef(held);
  const until = performance.now() + LONGEST_HOLD;
  const timer = setInterval(() => {
    const alive = performance.now() < until ? weak.deref() : undefined;
    if (!alive) clearInterval(timer);
    // A store that is down now may be back before the lease is over: the next turn, or the save, finds out.
    else alive.renew().catch(() => {});
  }, interval);
  // A pending renewal must not keep a process from ending; timers of the Edge runtime are plain numbers.
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
