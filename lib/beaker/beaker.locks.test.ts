import { describe, expect, test } from "vitest";
import { cookieColumns, storeColumns } from "./table.testing.ts";

describe.each(storeColumns)("Beaker's locks, $name:", ({ scene }) => {
  test("lock, unlock | given two requests | when both lock, read, add and save | then one waits for the other and none is lost, on every store", async () => {
    const { browser } = scene();
    await browser.start({ count: 0 });
    const add = async () => {
      const { session } = await browser.begin();
      await session.lock();
      session.data["count"] = (session.data["count"] as number) + 1;
      await session.save();
      await session.unlock();
    };
    await Promise.all(Array.from({ length: 8 }, add));
    expect(await browser.data()).toEqual({ count: 8 });
  });

  test("lock, then load | given a held lock | when loaded (Beaker: LockError) | then it loads, and the lock stays held", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    await session.lock();
    await session.load();
    expect(session.data).toEqual({ a: 1 });
    const other = await browser.begin();
    await expect(other.session.lock({ wait: 0 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
    await session.unlock();
    await (await other.session.lock({ wait: 0 })).unlock();
  });

  test("lock | given a new, unsaved session (Beaker: AttributeError) | when locked, saved and unlocked | then it works", async () => {
    const { browser } = scene();
    await browser.visit(async (session) => {
      await session.lock();
      session.data["a"] = 1;
      await session.save();
      await session.unlock();
    });
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("lock | given a held lock | when another waits (Beaker: for ever) | then LockTimeoutError after `wait`, and an abort ends it", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    await using _ = await session.lock();
    const other = await browser.begin();
    await expect(other.session.lock({ wait: 0.05 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
    const reason = new Error("left");
    await expect(other.session.lock({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("unlock | given an error while the lock is held by `await using` or update() | when it is thrown | then the lock is free", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const { session } = await browser.begin();
    const fail = () => {
      throw new Error("in between");
    };
    await expect(session.update(fail)).rejects.toThrow("in between");
    const held = async () => {
      await using _ = await session.lock();
      fail();
    };
    await expect(held()).rejects.toThrow("in between");
    await (await (await browser.begin()).session.lock({ wait: 0 })).unlock();
  });

  test("unlock | given no lock, or another's | when unlocked | then nothing happens", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    const [holder, stranger] = [await browser.begin(), await browser.begin()];
    await using _ = await holder.session.lock();
    await stranger.session.unlock();
    await expect(stranger.session.lock({ wait: 0 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
  });
});

describe.each(cookieColumns)("Beaker's locks, $name:", ({ scene }) => {
  test("lock | given a session in its cookie (Beaker: AttributeError) | when locked | then NotSupportedError that says why", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      await expect(session.lock()).rejects.toMatchObject({ code: "ERR_NOT_SUPPORTED" });
      await expect(session.update(() => {})).rejects.toThrow(/nothing that requests could/);
      await session.unlock();
    });
  });
});
