import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { COOKIE, kinds } from "./kinds.testing.ts";

const HOUR = 3600;

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("overriding the configuration for itself", () => {
    test.each(["timeout", "cookieExpires", "domain", "path"] as const)(
      "keeps its own %s, and starts without one",
      async (name) => {
        const { browser } = scene({ timeout: HOUR });
        const own = { timeout: 7, cookieExpires: 60, domain: "example.com", path: "/app" }[name];
        const configured = { timeout: HOUR, cookieExpires: true, domain: undefined, path: "/" }[name];
        await browser.visit(async (session) => {
          expect(session[name]).toBe(configured);
          Object.assign(session, { [name]: own });
          expect(session[name]).toBe(own);
          await session.save();
        });
        await browser.visit((session) => expect(session[name]).toBe(own));
        await browser.visit((session) => session.regenerate());
        await browser.visit(async (session) => {
          expect(session[name]).toBe(own);
          await session.invalidate();
          expect(session[name]).toBe(configured);
        });
      },
    );

    test("that is not saved is forgotten", async () => {
      const { browser } = scene({ timeout: HOUR });
      await browser.start({});
      await browser.visit((session) => {
        session.timeout = 7;
      });
      await browser.visit((session) => expect(session.timeout).toBe(HOUR));
    });

    test("is a change that save() writes, together with the cookie", async () => {
      const { browser, happened } = scene();
      await browser.start({ a: 1 });
      happened();
      await browser.visit(async (session, cookies) => {
        session.cookieExpires = 3600;
        expect(cookies.writes).toEqual([]);
        await session.save();
        expect(cookies.writes.at(-1)?.options.maxAge).toBe(3600);
      });
      expect(happened()).toEqual(["loaded", "saved"]);
    });

    test("goes into the attributes of every cookie sent for it, the expiring one too", async () => {
      const { browser, clock } = scene({ timeout: HOUR });
      await browser.visit(async (session, cookies) => {
        session.domain = "example.com";
        session.path = "/app";
        await session.save();
        expect(cookies.writes.at(-1)?.options).toMatchObject({ domain: "example.com", path: "/app" });
      });
      clock.advance(600);
      await browser.visit((_, cookies) =>
        expect(cookies.writes.at(-1)?.options).toMatchObject({ domain: "example.com", path: "/app" }),
      );
      await browser.visit(async (session, cookies) => {
        await session.delete();
        expect(cookies.writes.at(-1)?.options).toMatchObject({
          domain: "example.com",
          path: "/app",
          maxAge: 0,
        });
      });
    });

    test("removes the cookie with its own path and domain after it has expired as well", async () => {
      const { browser, clock } = scene({ timeout: 60 });
      await browser.visit(async (session) => {
        session.path = "/app";
        await session.save();
      });
      clock.advance(3600);
      await browser.visit(async (session, cookies) => {
        expect(session.isNew).toBe(true);
        await session.delete();
        expect(cookies.writes.at(-1)?.options).toMatchObject({ path: "/app", maxAge: 0 });
      });
    });

    test("expire() forgets its own cookieExpires and nothing else", async () => {
      const { browser } = scene({ cookieExpires: 600 });
      await browser.visit(async (session) => {
        session.cookieExpires = false;
        session.timeout = 7;
        await session.save();
      });
      await browser.visit(async (session, cookies) => {
        session.expire();
        expect([session.cookieExpires, session.timeout]).toEqual([600, 7]);
        await session.save();
        expect(cookies.writes.at(-1)?.options.maxAge).toBe(600);
      });
      await browser.visit((session) => expect(session.cookieExpires).toBe(600));
    });

    test.each([
      ["timeout", [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "60"]],
      ["cookieExpires", [0, -1, Number.NaN, "1", new Date(Number.NaN)]],
      ["domain", ["", "http://example.com", "a b", "example.com; Secure", "example.com\n"]],
      ["path", ["", "app", "/a;b", "/a\r\nSet-Cookie: x=1", "/\u00e9"]],
    ])("refuses a %s out of range", async (name, values) => {
      const { browser } = scene();
      await browser.visit(async (session) => {
        for (const value of values) {
          expect(() => Object.assign(session, { [name]: value })).toThrow(ConfigError);
        }
        await session.save();
      });
    });

    test("refuses a domain and a path of its own where the name is `__Host-…`", async () => {
      const { browser } = scene({ secure: true });
      await browser.visit(async (session, cookies) => {
        for (const own of [{ domain: "example.com" }, { path: "/app" }]) {
          expect(() => Object.assign(session, own)).toThrow(
            expect.objectContaining({ code: "ERR_CONFIG", option: "key" }),
          );
        }
        await session.save();
        expect(cookies.writes[0]).toMatchObject({
          name: `__Host-${COOKIE}`,
          options: { path: "/", secure: true },
        });
      });
    });
  });
});
