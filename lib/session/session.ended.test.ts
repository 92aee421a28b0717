import { describe, expect, test } from "vitest";
import { SessionGoneError } from "../errors.ts";
import { kinds, type Scene, storeKinds } from "./kinds.testing.ts";
import type { Session } from "./session.ts";

/** How another request ends the session while a slow one still holds it. */
const endings: Array<[string, (scene: Scene, id: string) => Promise<unknown>]> = [
  ["deleted", ({ browser }) => browser.visit((session) => session.delete())],
  ["invalidated", ({ browser }) => browser.visit((session) => session.invalidate())],
  [
    "invalidated and saved",
    ({ browser }) =>
      browser.visit(async (session) => {
        await session.invalidate();
        await session.save();
      }),
  ],
  ["regenerated", ({ browser }) => browser.visit((session) => session.regenerate())],
  ["revoked by its id", ({ sessions }, id) => sessions.revoke(id)],
];

const late: Array<[string, (session: Session) => Promise<unknown>]> = [
  [
    "save() of a change",
    (session) => {
      session.data["late"] = true;
      return session.save();
    },
  ],
  ["save() without a change", (session) => session.save()],
  [
    "save() of a new cookieExpires",
    (session) => {
      session.cookieExpires = 600;
      return session.save();
    },
  ],
  ["regenerate()", (session) => session.regenerate()],
];

describe.each(storeKinds)("a session in $name that another request ended", ({ scene }) => {
  describe.each(endings)("%s", (how, end) => {
    for (const [what, work] of late) {
      test(`stays ended: a late ${what} is a SessionGoneError`, async () => {
        const whole = scene({ timeout: 3600 });
        const { browser, store } = whole;
        const id = await browser.start({ a: 1 });
        const slow = await browser.begin();
        await end(whole, id);
        const before = JSON.stringify([...(await store.records())]);
        const cookie = browser.value();
        await expect(work(slow.session)).rejects.toThrow(SessionGoneError);
        expect(JSON.stringify([...(await store.records())])).toBe(before);
        // Whatever the late answer does to the cookie, nobody gets in by it.
        browser.answered(slow.cookies);
        if (browser.value() !== cookie) {
          await browser.visit((session) => expect(session.data).toEqual({}));
        }
        expect(await whole.sessions.getById(id)).toBeNull();
      });
    }

    test("stays ended: a late access time changes nothing", async () => {
      const whole = scene({ timeout: 3600 });
      const { browser, store } = whole;
      const id = await browser.start({ a: 1 });
      const slow = await browser.begin();
      await end(whole, id);
      const before = JSON.stringify([...(await store.records())]);
      await slow.session.save({ accessedOnly: true });
      expect(slow.cookies.writes).toEqual([]);
      expect(JSON.stringify([...(await store.records())])).toBe(before);
    });

    // Not for regenerate(): whose answer comes last decides which token the browser keeps, as with any cookie that is
    // sent again, and a touch cannot tell the note under a replaced id from a live record.
    if (how !== "regenerated")
      test("stays ended while it is being read: the touch that follows brings nothing back", async () => {
        const whole = scene({ timeout: 3600 });
        const { browser, store, sessions, clock } = whole;
        const id = await browser.start({ a: 1 });
        clock.advance(600);
        let cookie: string | undefined;
        store.afterRead = async () => {
          await end(whole, id);
          cookie = browser.value();
        };
        browser.answered((await browser.begin()).cookies);
        expect(await sessions.getById(id)).toBeNull();
        // Nor does it put the dead token back into the browser, over a new one.
        expect(browser.value()).toBe(cookie);
      });

    test("can still be ended by the late one, wherever it has gone", async () => {
      const whole = scene();
      const { browser, live } = whole;
      const id = await browser.start({ a: 1 });
      const slow = await browser.begin();
      await end(whole, id);
      const other = how === "invalidated and saved" ? 1 : 0;
      await slow.session.delete();
      expect(slow.session.data).toEqual({});
      expect(await live()).toBe(other);
    });
  });

  test("tells which session it was, without its token", async () => {
    const { browser, sessions } = scene();
    const id = await browser.start({ a: 1 });
    const slow = await browser.begin();
    await sessions.revoke(id);
    slow.session.data["late"] = 1;
    const failed = slow.session.save();
    await expect(failed).rejects.toMatchObject({ code: "ERR_GONE", sessionId: id });
    await expect(failed).rejects.not.toMatchObject({
      message: expect.stringContaining(browser.value() ?? ""),
    });
  });

  test("under an id that the server never issued makes no record", async () => {
    const { browser, store, happened } = scene();
    await browser.start({ a: 1 });
    const cookie = browser.value() ?? "";
    await browser.visit((session) => session.delete());
    browser.plant(cookie);
    happened();
    const id = await browser.visit(async (session) => {
      session.data["b"] = 2;
      await session.save();
      return session.id;
    });
    expect(happened()).toEqual(["unknown-id", "created"]);
    expect([...(await store.records()).keys()]).toEqual([id]);
    expect(browser.value()).not.toBe(cookie);
  });
});

describe.each(kinds)("a $name session that expires while a slow request holds it", ({ scene }) => {
  describe.each([
    ["idle", { timeout: 60 }],
    ["absolute", { absoluteTimeout: 60 }],
  ])("by the %s limit", (_, limits) => {
    test.each(late)("stays ended: a late %s is a SessionGoneError", async (_, work) => {
      const { browser, clock } = scene(limits);
      await browser.start({ a: 1 });
      const slow = await browser.begin();
      clock.advance(120);
      await expect(work(slow.session)).rejects.toThrow(SessionGoneError);
      browser.answered(slow.cookies);
      await browser.visit((session) => expect(session.data).toEqual({}));
    });

    test("stays ended: a late access time does nothing", async () => {
      const { browser, clock } = scene(limits);
      await browser.start({ a: 1 });
      const slow = await browser.begin();
      clock.advance(120);
      await slow.session.save({ accessedOnly: true });
      browser.answered(slow.cookies);
      await browser.visit((session) => expect(session.data).toEqual({}));
    });
  });
});

describe.each(storeKinds)("a session in $name kept alive by another request", ({ scene }) => {
  test("can be saved by a slow one that has held it for longer than the idle limit", async () => {
    const { browser, clock } = scene({ timeout: 60 });
    await browser.start({ a: 1 });
    const slow = await browser.begin();
    for (let visit = 0; visit < 4; visit++) {
      clock.advance(30);
      await browser.visit();
    }
    slow.session.data["slow"] = true;
    await slow.session.save();
    expect(await browser.data()).toEqual({ a: 1, slow: true });
  });
});
