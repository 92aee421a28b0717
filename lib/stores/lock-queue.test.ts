import { describe, expect, it } from "vitest";
import { LockTimeoutError, StoreUnavailableError } from "../errors.ts";
import { type Leases, LockQueue } from "./lock-queue.ts";

/** Leases in memory that several queues share, as several processes share a database. */
function sharedLeases(pause: () => Promise<void> | void = () => {}): Leases & { taken: number } {
  let holder: { owner: string; until: number } | undefined;
  const isHeld = () => holder !== undefined && holder.until >= performance.now();
  return {
    taken: 0,
    async take(_key, owner, lease) {
      await pause();
      if (isHeld()) return false;
      holder = { owner, until: performance.now() + lease };
      this.taken++;
      return true;
    },
    async extend(_key, owner, lease) {
      await pause();
      if (holder?.owner !== owner) return false;
      holder.until = performance.now() + lease;
      return true;
    },
    drop(_key, owner) {
      if (holder?.owner === owner) holder = undefined;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("LockQueue", () => {
  it("serves the waiters of one process in their order", async () => {
    const queue = new LockQueue(sharedLeases(turn));
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const lock = await queue.lock("k", { wait: 10_000, lease: 10_000 });
        order.push(index);
        await turn();
        await lock.release();
      }),
    );
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it("gives way to another process although its own waiters never cease", async () => {
    const leases = sharedLeases();
    const [busy, other] = [new LockQueue(leases), new LockQueue(leases)];
    let over = false;
    const always = Array.from({ length: 5 }, async () => {
      while (!over) {
        const lock = await busy.lock("k", { wait: 10_000, lease: 10_000 });
        await turn();
        await lock.release();
      }
    });
    await turn();
    for (let i = 0; i < 3; i++) {
      const lock = await other.lock("k", { wait: 5000, lease: 10_000 });
      await lock.release();
    }
    over = true;
    await Promise.all(always);
    expect(leases.taken).toBeGreaterThan(50);
  });

  it("gives back a lock that came after the signal was aborted", async () => {
    const leases = sharedLeases(turn);
    const queue = new LockQueue(leases);
    const controller = new AbortController();
    const lock = queue.lock("k", { wait: 1000, lease: 60_000, signal: controller.signal });
    controller.abort(new Error("gone"));
    await expect(lock).rejects.toThrow("gone");
    expect(leases.taken).toBe(1);
    await (await queue.lock("k", { wait: 0, lease: 1000 })).release();
  });

  it("gives up asking after `timeout`, and gives back a lock that came too late", async () => {
    const leases = sharedLeases(() => new Promise((resolve) => setTimeout(resolve, 60)));
    const queue = new LockQueue(leases);
    const options = { wait: 1000, lease: 60_000 };
    await expect(queue.lock("k", { ...options, timeout: 20 })).rejects.toThrow(StoreUnavailableError);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(leases.taken).toBe(1);
    const lock = await queue.lock("k", { ...options, wait: 0, timeout: 1000 });
    expect(await lock.renew()).toBe(true);
    await lock.release();
  });

  it("does not hang on a store that takes no release", async () => {
    const leases = sharedLeases();
    const queue = new LockQueue({ ...leases, drop: () => new Promise(() => {}) });
    const lock = await queue.lock("k", { wait: 0, lease: 30, timeout: 20 });
    const next = queue.lock("k", { wait: 1000, lease: 30 });
    await expect(lock.release()).rejects.toThrow(StoreUnavailableError);
    await next;
  });

  it("stays released when a renewal was under way", async () => {
    const queue = new LockQueue(sharedLeases(turn));
    const lock = await queue.lock("k", { wait: 0, lease: 1000 });
    const renewing = lock.renew();
    await lock.release();
    expect(await renewing).toBe(false);
    expect(await lock.renew()).toBe(false);
  });

  it("lets the next in line ask when the first has given up, although another process has the lock", async () => {
    const leases = sharedLeases();
    const [queue, other] = [new LockQueue(leases), new LockQueue(leases)];
    const theirs = await other.lock("k", { wait: 0, lease: 60_000 });
    const impatient = queue.lock("k", { wait: 20, lease: 1000 });
    const startedAt = performance.now();
    const patient = queue.lock("k", { wait: 10_000, lease: 1000 });
    await expect(impatient).rejects.toThrow(LockTimeoutError);
    await theirs.release();
    await (await patient).release();
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("lets the others go on when one of them gives up or the store fails", async () => {
    let failing = false;
    const queue = new LockQueue(
      sharedLeases(() => {
        if (failing) throw new Error("store down");
      }),
    );
    const first = await queue.lock("k", { wait: 0, lease: 60_000 });
    const impatient = queue.lock("k", { wait: 20, lease: 1000 });
    const patient = queue.lock("k", { wait: 10_000, lease: 1000 });
    await expect(impatient).rejects.toThrow(LockTimeoutError);
    failing = true;
    await expect(queue.lock("other", { wait: 1000, lease: 1000 })).rejects.toThrow("store down");
    failing = false;
    await first.release();
    await (await patient).release();
  });
});
