import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { LockTimeoutError } from "../errors.ts";
import { createSessions } from "../sessions.ts";
import { memoryStore } from "../stores/memory.ts";
import type { SessionStore } from "../stores/store.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { Browser, memoryKind, SECRET } from "./kinds.testing.ts";

/** Nothing of this process runs meanwhile: no timer, so no lease is renewed. */
const stall = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe("a lock that is held", () => {
  test("is renewed no more once it is released, or lost", async () => {
    const set = vi.spyOn(globalThis, "setInterval");
    const clear = vi.spyOn(globalThis, "clearInterval");
    onTestFinished(() => void vi.restoreAllMocks());
    const renewals = () =>
      set.mock.calls.flatMap(([, every], index) => (every === 100 ? [set.mock.results[index]!.value] : []));
    const { browser } = memoryKind.scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    const other = await browser.begin();
    await (await session.lock({ lease: 0.3 })).unlock();
    expect(renewals()).toHaveLength(1);
    expect(clear).toHaveBeenCalledWith(renewals()[0]);
    await session.lock({ lease: 0.3 });
    stall(400);
    await other.session.lock({ wait: 0 });
    session.data["a"] = 2;
    await expect(session.save()).rejects.toMatchObject({ code: "ERR_LOCK_LOST" });
    expect(clear).toHaveBeenCalledWith(renewals()[1]);
  });

  test("is not kept up by a request that is over and forgot it", async () => {
    const { browser } = memoryKind.scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      await session.lock({ lease: 1 });
    });
    const other = await browser.begin();
    await expect(other.session.lock({ wait: 0 })).rejects.toThrow(LockTimeoutError);
    await collectGarbage();
    await (await other.session.lock({ wait: 5 })).unlock();
  });

  test("is not kept up for more than a quarter of an hour", async () => {
    const { browser } = memoryKind.scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    const started = performance.now();
    await session.lock({ lease: 0.2 });
    vi.spyOn(performance, "now").mockReturnValue(started + 16 * 60_000);
    onTestFinished(() => void vi.restoreAllMocks());
    await sleep(500);
    vi.restoreAllMocks();
    const other = await browser.begin();
    await (await other.session.lock({ wait: 2 })).unlock();
  });

  test("survives a store that is down for a renewal", async () => {
    const inner = memoryStore({ name: "renewals fail" });
    let isDown = false;
    const store: SessionStore = {
      ...inner,
      async lock(key, options) {
        const lock = await inner.lock!(key, options);
        const renew = async () => {
          if (isDown) throw new Error("connection refused");
          return lock.renew();
        };
        return { renew, release: () => lock.release() };
      },
    };
    const browser = new Browser(createSessions({ secret: SECRET, store }), fakeCookies());
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    const other = await browser.begin();
    const lock = await session.lock({ lease: 1.5 });
    isDown = true;
    await sleep(600);
    isDown = false;
    await sleep(1500);
    await expect(other.session.lock({ wait: 0 })).rejects.toThrow(LockTimeoutError);
    await lock.unlock();
  });
});

async function collectGarbage(): Promise<void> {
  // What was looked at in this turn of the loop is kept to its end.
  await sleep(20);
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
