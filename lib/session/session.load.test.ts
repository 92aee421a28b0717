import { describe, expect, test } from "vitest";
import { memoryStore } from "../stores/memory.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { CookieSession } from "./cookie-session.ts";
import { kinds, SECRET } from "./kinds.testing.ts";
import { Session } from "./session.ts";

const HOUR = 3600;

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("read again", () => {
    test("by load() drops unsaved changes", async () => {
      const { browser } = scene();
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        const { data } = session;
        data["a"] = 2;
        await session.load();
        expect(session.data).toBe(data);
        expect(data).toEqual({ a: 1 });
      });
    });

    test("by load({ touch: false }) is not an access", async () => {
      const { browser, clock, happened } = scene({ timeout: HOUR });
      await browser.start({ a: 1 });
      const { session, cookies } = await browser.begin();
      happened();
      clock.advance(600);
      await session.load({ touch: false });
      expect([happened(), cookies.writes]).toEqual([["loaded"], []]);
    });

    // beaker 2.2: load() never reset is_new.
    test("after a save is no longer new", async () => {
      const { browser } = scene();
      await browser.visit(async (session) => {
        session.data["a"] = 1;
        await session.save();
        await session.load();
        expect([session.isNew, session.data]).toEqual([false, { a: 1 }]);
      });
    });
  });
});

const store = memoryStore({ name: "first load" });

test.each([
  ["Session", (cookies) => new Session(cookies, { secret: SECRET, store })],
  ["CookieSession", (cookies) => new CookieSession(cookies, { secret: SECRET })],
] satisfies [string, (cookies: ReturnType<typeof fakeCookies>) => Session | CookieSession][])(
  "a %s made by hand fills the data that was taken from it before it was loaded",
  async (_, open) => {
    const cookies = fakeCookies();
    const first = open(cookies);
    await first.load();
    first.data["a"] = 1;
    await first.save();
    const session = open(cookies);
    const { data } = session;
    await session.load();
    expect(data).toEqual({ a: 1 });
    expect(session.data).toBe(data);
  },
);
