import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ConfigError, LockTimeoutError } from "../errors.ts";
import { createSessions } from "../sessions.ts";
import { memoryStore } from "../stores/memory.ts";
import type { SessionStore } from "../stores/store.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { Browser, memoryKind, SECRET, storeKinds } from "./kinds.testing.ts";

/** Nothing of this process runs meanwhile: no timer, so no lease is renewed. */
const stall = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe.each(storeKinds)("a session in $name", ({ scene }) => {
  test("locked longer than its lease stays locked, and is free right after", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    const other = await browser.begin();
    const lock = await session.lock({ lease: 1 });
    for (let times = 0; times < 5; times++) {
      await sleep(450);
      await expect(other.session.lock({ wait: 0 })).rejects.toThrow(LockTimeoutError);
    }
    await lock.unlock();
    await (await other.session.lock({ wait: 1 })).unlock();
  });

  test("whose holder has stalled can be locked by another; the late holder cannot save", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const late = await browser.begin();
    const other = await browser.begin();
    await late.session.lock({ lease: 0.2 });
    late.session.data["a"] = "late";
    stall(400);
    const lock = await other.session.lock({ wait: 0.1 });
    await expect(late.session.save()).rejects.toMatchObject({ code: "ERR_LOCK_LOST" });
    other.session.data["a"] = 2;
    await other.session.save();
    await lock.unlock();
    await expect(late.session.save()).rejects.toMatchObject({ code: "ERR_LOCK_LOST" });
    expect(await browser.data()).toEqual({ a: 2 });
  });

  test.each(["session.unlock()", "lock.unlock()"])(
    "released by %s is saved over others' changes like any other",
    async (by) => {
      const { browser } = scene();
      await browser.start({ a: 1, b: 1 });
      const { session } = await browser.begin();
      const lock = await session.lock();
      await (by === "lock.unlock()" ? lock : session).unlock();
      await browser.visit((other) =>
        other.update((data) => {
          data["b"] = 2;
        }),
      );
      session.data["a"] = 2;
      await session.save();
      expect(await browser.data()).toEqual({ a: 2, b: 2 });
    },
  );

  test("is read again under its lock, and keeps unsaved changes", async () => {
    const { browser } = scene();
    await browser.start({ a: 1, b: 1 });
    const { session } = await browser.begin();
    session.data["a"] = 2;
    await browser.visit(async (other) => {
      other.data["b"] = 2;
      await other.save();
    });
    const lock = await session.lock();
    expect(session.data).toEqual({ a: 2, b: 2 });
    await lock.unlock();
    await session.save();
    expect(await browser.data()).toEqual({ a: 2, b: 2 });
  });

  test("that was ended meanwhile cannot be locked, and leaves no lock behind", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const mine = await browser.begin();
    const later = await browser.begin();
    await browser.visit((session) => session.delete());
    for (const { session } of [mine, later]) {
      await expect(session.lock({ wait: 0 })).rejects.toMatchObject({ code: "ERR_GONE" });
    }
  });

  test("counted up in twenty requests at once counts to twenty", async () => {
    const { browser } = scene();
    await browser.start({ count: 0 });
    const requests = await Promise.all(Array.from({ length: 20 }, () => browser.begin()));
    const counts = await Promise.all(
      requests.map(({ session }) =>
        session.update((data) => {
          data["count"] = (data["count"] as number) + 1;
          return data["count"];
        }),
      ),
    );
    expect(counts.toSorted((a, b) => Number(a) - Number(b))).toEqual(counts.map((_, index) => index + 1));
    expect(await browser.data()).toEqual({ count: 20 });
  });

  test("updated by what fails is as it was, and free", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    const failing = session.update((data) => {
      data["a"] = 2;
      throw new Error("out of stock");
    });
    await expect(failing).rejects.toThrow("out of stock");
    expect(await browser.data()).toEqual({ a: 1 });
    await (await (await browser.begin()).session.lock({ wait: 0 })).unlock();
  });

  test.each([
    ["wait", [-1, Number.NaN, "1"]],
    ["lease", [0, -1, Number.NaN, "1"]],
  ])("refuses a %s out of range", async (name, values) => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      for (const value of values) {
        await expect(session.lock({ [name]: value })).rejects.toThrow(ConfigError);
      }
    });
  });
});

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
    vi.spyOn(performance, "now").mockReturnValue(started + 15 * 60_000 + 1);
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
