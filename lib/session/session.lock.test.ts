import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ConfigError, LockTimeoutError } from "../errors.ts";
import type { LockOptions } from "../stores/store.ts";
import { memoryKind, storeKinds } from "./kinds.testing.ts";

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

  test("whose holder is dead can be locked by another; one that comes back late cannot save", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const late = await browser.begin();
    const other = await browser.begin();
    const renewals = vi.spyOn(globalThis, "setInterval").mockReturnValue({} as NodeJS.Timeout);
    onTestFinished(() => void vi.restoreAllMocks());
    await late.session.lock({ lease: 0.2 });
    renewals.mockRestore();
    late.session.data["a"] = "late";
    const lock = await other.session.lock({ wait: 10 });
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
    session.data["unsaved"] = true;
    const failing = session.update((data) => {
      data["a"] = 2;
      delete data["unsaved"];
      throw new Error("out of stock");
    });
    await expect(failing).rejects.toThrow("out of stock");
    // Or the next save would write what was done half.
    expect(session.data).toEqual({ a: 1, unsaved: true });
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

test.each([
  [{}, { wait: 10_000, lease: 15_000 }],
  [
    { wait: 0.5, lease: 60 },
    { wait: 500, lease: 60_000 },
  ],
  [
    { wait: 0, lease: null },
    { wait: 0, lease: 15_000 },
  ],
])("a lock with %j asks the store for %j", async (settings, expected) => {
  const { browser, store } = memoryKind.scene();
  const { lock } = store as Required<typeof store>;
  const asked: LockOptions[] = [];
  store.lock = (key, options) => {
    asked.push(options);
    return lock(key, options);
  };
  await browser.start({ a: 1 });
  await browser.visit(async (session) => (await session.lock(settings as object)).unlock());
  expect(asked).toMatchObject([expected]);
});
