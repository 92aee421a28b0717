import { describe, expect, test } from "vitest";
import { memoryStore } from "../stores/memory.ts";
import { type Extra, kind, storeKinds, tokenForms } from "./kinds.testing.ts";

const EVERY = 600;
const GRACE = 10;

describe.each(storeKinds)("the id of a $name session with rotateEvery", ({ scene }) => {
  /** A session whose id is due. */
  async function due(extra: Extra = {}) {
    const whole = scene({ rotateEvery: EVERY, graceSeconds: GRACE, ...extra });
    const id = await whole.browser.start({ a: 1 });
    const cookie = whole.browser.value()!;
    whole.clock.advance(EVERY);
    whole.happened();
    return { ...whole, id, cookie };
  }

  test("stays until it is due, and then changes at a read, which tells who listens", async () => {
    const { browser, clock, happened, events, id } = await due();
    clock.advance(-1);
    expect(await browser.visit((session) => session.id)).toBe(id);
    expect(happened()).not.toContain("regenerated");
    clock.advance(1);
    const found = await browser.visit((session) => ({
      id: session.id,
      data: session.data,
      isNew: session.isNew,
    }));
    expect(found).toEqual({ id: expect.not.stringMatching(id), data: { a: 1 }, isNew: false });
    const told = events.find(({ type }) => type === "regenerated");
    expect(told).toMatchObject({ id, newId: found.id });
    expect(await browser.visit((session) => session.id)).toBe(found.id);
  });

  test("counts from its last change, and leaves the session's age alone", async () => {
    const { browser, clock, id } = await due({ absoluteTimeout: EVERY * 1.5 });
    const second = await browser.visit((session) => session.id);
    clock.advance(EVERY / 2 - 1);
    expect(await browser.visit((session) => session.id)).toBe(second);
    expect(second).not.toBe(id);
    clock.advance(2);
    expect(await browser.visit((session) => session.isNew)).toBe(true);
  });

  test.each([true, false])(
    "leads to the same session for the grace time, and sends the browser to the new one (saveAccessedTime: %s)",
    async (saveAccessedTime) => {
      const { browser, clock, live, cookie } = await due({ saveAccessedTime });
      const id = await browser.visit((session) => session.id);
      clock.advance(GRACE);
      browser.plant(cookie);
      await browser.visit(async (session) => {
        expect([session.id, session.data]).toEqual([id, { a: 1 }]);
        session.data["b"] = 2;
        await session.save();
      });
      expect(browser.value()).not.toBe(cookie);
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
      expect(await live()).toBe(1);
    },
  );

  test("sends the browser there once in a request, however often that saves", async () => {
    const { browser, cookie } = await due();
    await browser.visit();
    browser.plant(cookie);
    await browser.visit(async (session, { writes }) => {
      expect(writes).toHaveLength(1);
      for (const b of [1, 2]) {
        session.data["b"] = b;
        await session.save();
      }
      expect(writes).toHaveLength(1);
    });
  });

  test("leads nowhere after that", async () => {
    const { browser, clock, cookie } = await due();
    await browser.visit();
    clock.advance(GRACE + 0.001);
    browser.plant(cookie);
    expect(await browser.visit(({ isNew, data }) => [isNew, data])).toEqual([true, {}]);
  });

  test("signs the old one out with the new one", async () => {
    const { browser, cookie } = await due();
    await browser.visit((session) => session.delete());
    browser.plant(cookie);
    expect(await browser.visit(({ isNew }) => isNew)).toBe(true);
  });

  test("waits where no cookie can be set, and leaves nothing behind", async () => {
    const { browser, store, sessions, id, cookie } = await due();
    const before = JSON.stringify([...(await store.records()).keys()]);
    const cookies = browser.request();
    cookies.readonly = true;
    expect((await sessions.getSession(cookies)).id).toBe(id);
    expect(JSON.stringify([...(await store.records()).keys()])).toBe(before);
    expect(browser.value()).toBe(cookie);
    expect(await browser.visit((session) => session.id)).not.toBe(id);
  });

  test("waits while somebody holds the session's lock", async () => {
    const { browser, sessions, id, happened } = await due();
    const holder = (await sessions.getById(id))!;
    const lock = await holder.lock();
    expect(await browser.visit((session) => session.id)).toBe(id);
    expect(happened()).not.toContain("regenerated");
    await lock.unlock();
    expect(await browser.visit((session) => session.id)).not.toBe(id);
  });

  test("that changed before a slow request took the lock is locked all the same", async () => {
    const { browser, clock } = await due();
    clock.advance(-1);
    const slow = await browser.begin();
    clock.advance(1);
    await browser.visit();
    await using _ = await slow.session.lock();
    const other = await browser.begin();
    expect(slow.session.id).toBe(other.session.id);
    await expect(other.session.lock({ wait: 0 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
  });

  test("is one and the same for requests that come at once", async () => {
    const { browser, live, id } = await due();
    const both = await Promise.all([browser.begin(), browser.begin(), browser.begin()]);
    for (const { cookies } of both) browser.answered(cookies);
    const now = await browser.visit((session) => session.id);
    expect(now).not.toBe(id);
    for (const { session } of both) expect([id, now]).toContain(session.id);
    expect(await live()).toBe(1);
  });

  test("takes a look under the lock and two writes", async () => {
    const { browser, store } = await due();
    store.asked();
    await browser.visit();
    // The access is written down with the new id: no touch.
    expect(store.asked()).toEqual(["get", "get", "set absent", "set version"]);
  });

  test("does not turn a read into an error when the session ends meanwhile", async () => {
    const { browser, store, sessions, id } = await due();
    store.afterRead = async () => {
      await (await sessions.getById(id))!.delete();
    };
    expect(await browser.visit((session) => session.data)).toEqual({ a: 1 });
    expect(await sessions.getById(id)).toBeNull();
    expect(await browser.visit(({ isNew }) => isNew)).toBe(true);
  });

  test("is nowhere in the store, nor is the token that it comes from", async () => {
    const { browser, store, cookie } = await due();
    await browser.visit();
    const held = JSON.stringify([...(await store.records())]);
    for (const form of [cookie, browser.value()!].flatMap(tokenForms)) expect(held).not.toContain(form);
  });
});

test("the id of a session whose store has no locks is one and the same for the request that was slower", async () => {
  const { scene } = kind("memory without locks", () => {
    const { lock: _, ...store } = memoryStore();
    return store;
  });
  const { browser, clock, store, live } = scene({ rotateEvery: EVERY });
  const id = await browser.start({ a: 1 });
  clock.advance(EVERY);
  let faster = "";
  store.afterRead = async () => {
    faster = await browser.visit((session) => session.id);
  };
  const slower = await browser.visit(async (session) => {
    session.data["b"] = 2;
    await session.save();
    return session.id;
  });
  expect(faster).not.toBe(id);
  expect(slower).toBe(faster);
  expect(await browser.data()).toEqual({ a: 1, b: 2 });
  expect(await live()).toBe(1);
});
