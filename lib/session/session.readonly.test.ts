import { describe, expect, test } from "vitest";
import { ReadonlySessionError } from "../errors.ts";
import { kinds, type Scene } from "./kinds.testing.ts";
import type { Session } from "./session.ts";

type Work = (session: Session) => Promise<unknown> | undefined;

/** What needs a cookie, on each kind, and what the error calls it. */
const needy: Array<[string, "save" | "invalidate" | "delete" | "regenerate", Work]> = [
  ["invalidate()", "invalidate", (session) => session.invalidate()],
  ["delete()", "delete", (session) => session.delete()],
  ["regenerate()", "regenerate", (session) => session.regenerate()],
  [
    "save() of its own cookieExpires",
    "save",
    (session) => {
      session.cookieExpires = 3600;
      return session.save();
    },
  ],
];

async function snapshot(whole: Scene, kind: string): Promise<string> {
  return kind === "cookie" ? "" : JSON.stringify([...(await whole.store.records())]);
}

describe.each(kinds)("where no cookie can be set, a $name session", ({ name, scene }) => {
  test.each(needy)(
    "refuses %s before anything is stored, and goes on as it was",
    async (_, operation, work) => {
      const whole = scene();
      const { browser, happened } = whole;
      const id = await browser.start({ a: 1 });
      const cookies = browser.request();
      const session = await whole.sessions.getSession(cookies);
      const before = await snapshot(whole, name);
      happened();
      cookies.readonly = true;
      const failed = work(session);
      await expect(failed).rejects.toThrow(ReadonlySessionError);
      await expect(failed).rejects.toMatchObject({
        code: "ERR_READONLY",
        operation,
        message: expect.stringContaining(`session.${operation}()`),
        cause: expect.objectContaining({ message: expect.stringContaining("Cookies can only be modified") }),
      });
      expect(await snapshot(whole, name)).toBe(before);
      expect(happened()).toEqual([]);
      expect([session.id, session.isNew, session.data]).toEqual([id, false, { a: 1 }]);
      // And where a cookie can be set again, it works.
      cookies.readonly = false;
      session.data["b"] = 2;
      await session.save();
      browser.answered(cookies);
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
    },
  );

  test("refuses the first save of a new session before anything is stored", async () => {
    const whole = scene();
    const { browser, happened } = whole;
    const cookies = browser.request();
    cookies.readonly = true;
    const session = await whole.sessions.getSession(cookies);
    const { id } = session;
    session.data["a"] = 1;
    const failed = session.save();
    await expect(failed).rejects.toThrow(ReadonlySessionError);
    await expect(failed).rejects.toThrow(/server action, a route handler or middleware/);
    expect([session.isNew, session.id, session.data, happened()]).toEqual([true, id, { a: 1 }, []]);
    if (name !== "cookie") expect(whole.store.asked()).toEqual([]);
    cookies.readonly = false;
    await session.save();
    browser.answered(cookies);
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("lets a session that has no cookie be ended: there is nothing to send", async () => {
    const { browser, sessions } = scene();
    const cookies = browser.request();
    cookies.readonly = true;
    const session = await sessions.getSession(cookies);
    await session.delete();
    await session.invalidate();
    await session.regenerate();
  });

  test("is read, and an expired or broken one is just not there", async () => {
    const { browser, sessions, clock } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    clock.advance(300);
    const cookies = browser.request();
    cookies.readonly = true;
    expect((await sessions.getSession(cookies)).data).toEqual({ a: 1 });
    clock.advance(6000);
    const later = browser.request();
    later.readonly = true;
    expect((await sessions.getSession(later)).isNew).toBe(true);
    browser.plant("garbage");
    const broken = browser.request();
    broken.readonly = true;
    expect((await sessions.getSession(broken)).isNew).toBe(true);
  });

  const writable = name !== "cookie";
  test(`${writable ? "can" : "cannot"} save an existing session, whose cookie stays the same`, async () => {
    const { browser, sessions, clock } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    clock.advance(5);
    const cookies = browser.request();
    cookies.readonly = true;
    const session = await sessions.getSession(cookies);
    session.data["a"] = 2;
    if (!writable) {
      await expect(session.save()).rejects.toThrow(ReadonlySessionError);
      await expect(session.save({ accessedOnly: true })).rejects.toThrow(ReadonlySessionError);
      expect(await browser.data()).toEqual({ a: 1 });
      return;
    }
    await session.save();
    await session.save();
    await session.save({ accessedOnly: true });
    await browser.visit((again) => {
      expect(again.data).toEqual({ a: 2 });
      expect(again.lastAccessed).toBe(clock());
    });
  });

  if (writable) {
    test("is kept alive by being read there: the record's clock moves without the cookie", async () => {
      const { browser, sessions, clock } = scene({ timeout: 600 });
      await browser.start({ a: 1 });
      for (let visit = 0; visit < 5; visit++) {
        clock.advance(500);
        const cookies = browser.request();
        cookies.readonly = true;
        expect((await sessions.getSession(cookies)).isNew).toBe(false);
      }
    });

    test("gets its cookie refreshed at the first request that can", async () => {
      const { browser, sessions, clock } = scene({ timeout: 600, cookieExpires: 600 });
      await browser.start({ a: 1 });
      for (let visit = 0; visit < 9; visit++) {
        clock.advance(60);
        const rendering = browser.request();
        rendering.readonly = true;
        await sessions.getSession(rendering);
        clock.advance(10);
        const cookies = browser.request();
        await sessions.getSession(cookies);
        browser.answered(cookies);
      }
      clock.advance(300);
      await browser.visit((session) => expect(session.isNew).toBe(false));
    });
  }
});
