import { describe, expect, test } from "vitest";
import { kinds } from "./kinds.testing.ts";

describe.each(kinds)("the limits of a $name session", ({ name, scene, removesExpired }) => {
  test.each([
    ["exactly at the limit", 60, 0, false],
    ["1 ms later", 60, 0.001, true],
  ])("%s with every access written down", async (_, timeout, more, ended) => {
    const { browser, clock, events } = scene({ timeout, touchInterval: 0 });
    await browser.start({ a: 1 });
    for (let visit = 0; visit < 3; visit++) {
      clock.advance(timeout);
      await browser.visit((session) => expect(session.isNew).toBe(false));
    }
    clock.advance(timeout + more);
    await browser.visit((session) => expect(session.isNew).toBe(ended));
    if (ended) expect(events.at(-1)).toMatchObject({ type: "expired", reason: "idle" });
  });

  test("never cut a user off early because an access was not written down", async () => {
    const { browser, clock } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    clock.advance(59);
    await browser.visit();
    clock.advance(600);
    await browser.visit((session) => expect(session.isNew).toBe(false));
    clock.advance(660.001);
    await browser.visit((session) => expect(session.isNew).toBe(true));
  });

  test("end it at the absolute one, however busy it is, and no save moves that", async () => {
    const { browser, clock, events } = scene({ timeout: 60, absoluteTimeout: 300 });
    await browser.start({ n: 0 });
    for (let visit = 0; visit < 10; visit++) {
      clock.advance(30);
      await browser.visit(async (session) => {
        expect(session.isNew).toBe(false);
        session.data["n"] = visit;
        await session.save();
      });
    }
    clock.advance(0.001);
    await browser.visit((session) => expect(session.isNew).toBe(true));
    expect(events.at(-1)).toMatchObject({ type: "expired", reason: "absolute" });
  });

  test("are told by expiresAt: the nearer of the two, from this request's access on", async () => {
    const { browser, clock } = scene({ timeout: 60, absoluteTimeout: 100 });
    const created = clock();
    await browser.visit(async (session) => {
      expect(session.expiresAt).toBe(created + 60_000);
      await session.save();
      expect(session.expiresAt).toBe(created + 60_000);
    });
    clock.advance(30);
    await browser.visit((session) => expect(session.expiresAt).toBe(created + 90_000));
    clock.advance(30);
    await browser.visit((session) => expect(session.expiresAt).toBe(created + 100_000));
  });

  test("are told by remaining(), which extends nothing", async () => {
    const { browser, sessions, clock } = scene({ timeout: 60 });
    expect(await sessions.remaining(browser.request())).toBe(0);
    await browser.start({ a: 1 });
    for (const left of [60, 40, 20, 0]) {
      const cookies = browser.request();
      expect(await sessions.remaining(cookies)).toBe(left);
      expect(cookies.writes).toEqual([]);
      clock.advance(20);
    }
    expect(await sessions.remaining(browser.request())).toBe(0);
    await browser.visit((session) => expect(session.isNew).toBe(true));
  });

  test("are none by default", async () => {
    const { browser, sessions, clock } = scene();
    await browser.start({ a: 1 });
    clock.advance(100 * 365 * 86_400);
    expect(await sessions.remaining(browser.request())).toBeNull();
    await browser.visit((session) => expect([session.isNew, session.expiresAt]).toEqual([false, null]));
  });

  test.each([
    [7200, 3600, false],
    [7200, 7921, true],
    [30, 29, false],
    [30, 34, true],
    [null, 1e9, false],
  ])("with its own timeout of %s s, after %s s ended is %s", async (timeout, wait, ended) => {
    const { browser, clock } = scene({ timeout: 600 });
    await browser.visit(async (session) => {
      session.timeout = timeout;
      await session.save();
    });
    clock.advance(wait);
    await browser.visit((session) => expect(session.isNew).toBe(ended));
  });

  test("hold a session that gives itself a shorter one from the next save on", async () => {
    const { browser, clock } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      session.timeout = 10;
      expect(session.expiresAt).toBe(clock() + 10_000);
      await session.save();
    });
    clock.advance(12);
    await browser.visit((session) => expect(session.isNew).toBe(true));
  });

  test("are not passed because a clock was set back", async () => {
    const { browser, clock, purged } = scene({ timeout: 60, absoluteTimeout: 3600 });
    const start = clock();
    await browser.start({ a: 1 });
    await purged();
    clock.set(start - 7_200_000);
    await browser.visit((session) => expect(session.isNew).toBe(false));
    clock.advance(60);
    await browser.visit((session) => expect(session.isNew).toBe(false));
    clock.advance(67);
    await browser.visit((session) => expect(session.isNew).toBe(true));
  });

  test("written while the clock was set back are written once, not at every read", async () => {
    const { browser, clock, happened, purged } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    await purged();
    clock.advance(-7200);
    await browser.visit();
    happened();
    await browser.visit((_, cookies) => expect(cookies.writes).toEqual([]));
    expect(happened()).toEqual(["loaded"]);
  });

  test("survive an expired cookie sent again: still nothing", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    await browser.start({ a: 1 });
    const old = browser.value() ?? "";
    clock.advance(3600);
    await browser.visit();
    browser.plant(old);
    await browser.visit((session) => expect([session.isNew, session.data]).toEqual([true, {}]));
  });

  test("report an ended session once a request, with its id", async () => {
    const { browser, clock, events } = scene({ timeout: 60 });
    const id = await browser.start({ a: 1 });
    clock.advance(3600);
    events.length = 0;
    await browser.visit();
    expect(events).toEqual([{ type: "expired", reason: "idle", id, at: clock() }]);
  });

  test("follow the configuration of today, not the one it was saved under", async () => {
    const { browser, clock, release } = scene();
    await browser.start({ a: 1 });
    clock.advance(3600);
    const strict = release({ timeout: 60 });
    await strict.browser.visit((session) => expect(session.isNew).toBe(true));
  });

  if (name !== "cookie") {
    test("keep the record two minutes longer than the session, so that none vanishes under a request", async () => {
      const { browser, store, clock } = scene({ timeout: 60, touchInterval: 5 });
      const id = await browser.start({ a: 1 });
      expect((await store.records()).get(id)?.expiresAt).toBe(clock() + 60_000 + 5_000 + 120_000);
      if (removesExpired) return;
      expect(await store.prune?.(clock() + 185_000, 10)).toBe(0);
      expect(await store.prune?.(clock() + 185_001, 10)).toBe(1);
    });

    test("past the absolute one are seen without asking the store", async () => {
      const { browser, store, clock } = scene({ absoluteTimeout: 60 });
      await browser.start({ a: 1 });
      store.asked();
      clock.advance(61);
      await browser.visit();
      expect(store.asked()).toEqual([]);
    });
  }
});

describe.each(kinds)("cookieExpires of a $name session", ({ scene }) => {
  const instant = new Date("2026-06-01T00:00:00Z");

  test.each([
    [undefined, {}],
    [true, {}],
    [false, { maxAge: 400 * 86_400 }],
    [3600, { maxAge: 3600 }],
    [instant, { expires: instant }],
  ])("%s is the browser's side only", async (cookieExpires, expected) => {
    for (const way of ["option", "override"]) {
      const given = way === "option" && cookieExpires !== undefined ? { cookieExpires } : {};
      const { browser } = scene(given);
      await browser.visit(async (session, cookies) => {
        if (way === "override" && cookieExpires !== undefined) session.cookieExpires = cookieExpires;
        await session.save();
        const { maxAge, expires } = cookies.writes[0]?.options ?? {};
        expect(JSON.parse(JSON.stringify({ maxAge, expires }))).toEqual(JSON.parse(JSON.stringify(expected)));
        expect(session.expiresAt).toBeNull();
      });
      await browser.visit((session) => expect(session.cookieExpires).toEqual(cookieExpires ?? true));
    }
  });

  test("never lengthens nor shortens the session itself", async () => {
    const { browser, sessions, clock } = scene({ cookieExpires: 10, timeout: 3600 });
    await browser.start({ a: 1 });
    const stolen = browser.value() ?? "";
    clock.advance(11);
    expect(browser.request().getAll()).toEqual([]);
    const replayed = await sessions.getSession({ get: (name) => ({ name, value: stolen }), set: () => {} });
    expect(replayed.data).toEqual({ a: 1 });
  });
});
