import { describe, expect, test } from "vitest";
import { COOKIE, kinds } from "./kinds.testing.ts";

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("invalidated", () => {
    test("is empty and new under another id at once; the browser has no cookie", async () => {
      const { browser, clock, happened, live } = scene();
      const id = await browser.start({ a: 1 });
      clock.advance(10);
      happened();
      await browser.visit(async (session) => {
        await session.invalidate();
        expect(session.id).not.toBe(id);
        expect(session.data).toEqual({});
        expect(session.isNew).toBe(true);
        expect(session.wasInvalidated).toBe(true);
        expect(session.created).toBe(clock());
        expect(session.lastAccessed).toBeNull();
      });
      expect(happened()).toEqual(["loaded", "invalidated"]);
      expect(browser.value()).toBeUndefined();
      expect([await browser.data(), await live()]).toEqual([{}, 0]);
    });

    test("and saved is a session of its own", async () => {
      const { browser, happened } = scene();
      const id = await browser.start({ a: 1 });
      happened();
      await browser.visit(async (session) => {
        await session.invalidate();
        session.data["b"] = 2;
        await session.save();
      });
      expect(happened()).toEqual(["loaded", "invalidated", "created"]);
      await browser.visit((session) => {
        expect(session.id).not.toBe(id);
        expect(session.data).toEqual({ b: 2 });
        expect(session.wasInvalidated).toBe(false);
      });
    });

    // beaker 1.0.2: invalidate on a never-created session crashed.
    test("when it was never saved is still new, and nobody hears of it", async () => {
      const { browser, happened } = scene();
      await browser.visit(async (session, cookies) => {
        const { id } = session;
        session.data["a"] = 1;
        await session.invalidate();
        expect([session.isNew, session.data]).toEqual([true, {}]);
        expect(session.id).not.toBe(id);
        expect(cookies.writes).toEqual([]);
      });
      expect(happened()).toEqual([]);
    });
  });

  describe("deleted", () => {
    test("is gone at once: record, cookie and data", async () => {
      const { browser, happened, live } = scene();
      await browser.start({ a: 1 });
      happened();
      await browser.visit(async (session, cookies) => {
        await session.delete();
        expect([session.isNew, session.data, session.wasInvalidated]).toEqual([true, {}, false]);
        expect(cookies.writes).toEqual([
          { name: COOKIE, value: "", options: expect.objectContaining({ maxAge: 0, path: "/" }) },
        ]);
      });
      expect(happened()).toEqual(["loaded", "deleted"]);
      expect([browser.value(), await browser.data(), await live()]).toEqual([undefined, {}, 0]);
    });

    test("twice is as good as once", async () => {
      const { browser, happened } = scene();
      await browser.start({ a: 1 });
      happened();
      await browser.visit(async (session) => {
        await session.delete();
        await session.delete();
      });
      expect(happened()).toEqual(["loaded", "deleted"]);
    });

    test("and used again is a new session with a cookie that stays", async () => {
      const { browser } = scene({ cookieExpires: 600 });
      await browser.start({ a: 1 });
      await browser.visit(async (session, cookies) => {
        await session.delete();
        session.data["b"] = 2;
        await session.save();
        // Beaker's delete() poisoned cookie_expires for whatever was rendered afterwards.
        expect(cookies.writes.at(-1)?.options.maxAge).toBe(600);
      });
      expect(await browser.data()).toEqual({ b: 2 });
    });
  });
});
