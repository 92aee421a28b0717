import { describe, expect, test } from "vitest";
import { kinds, OTHER_SECRET, SECRET, storeKinds, tokenForms } from "./kinds.testing.ts";
import { Session } from "./session.ts";

const HOUR = 3600;

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("that is new", () => {
    test("is empty, and reading it writes nothing anywhere", async () => {
      const { browser, sessions, clock, happened } = scene();
      await browser.visit((session, cookies) => {
        expect(session).toBeInstanceOf(Session);
        expect(session.data).toEqual({});
        expect(session.isNew).toBe(true);
        expect(session.created).toBe(clock());
        expect(session.lastAccessed).toBeNull();
        expect(session.expiresAt).toBeNull();
        expect(session.wasInvalidated).toBe(false);
        expect(cookies.writes).toEqual([]);
      });
      expect(await sessions.remaining(browser.request())).toBe(0);
      expect(happened()).toEqual([]);
    });

    test("that is changed and not saved leaves nothing behind", async () => {
      const { browser, happened, live } = scene();
      await browser.visit((session, cookies) => {
        session.data["a"] = 1;
        expect(cookies.writes).toEqual([]);
      });
      expect(await browser.data()).toEqual({});
      expect([happened(), await live()]).toEqual([[], 0]);
    });

    test("exists once saved, even when empty", async () => {
      const { browser, happened } = scene();
      await browser.visit(async (session) => {
        await session.save();
        expect(session.isNew).toBe(false);
      });
      expect(happened()).toEqual(["created"]);
      await browser.visit((session) => expect(session.isNew).toBe(false));
    });

    test("is not created by saving its access time", async () => {
      const { browser, happened, live } = scene();
      await browser.visit(async (session, cookies) => {
        session.data["a"] = 1;
        await session.save({ accessedOnly: true });
        expect(session.isNew).toBe(true);
        expect(session.data).toEqual({ a: 1 });
        expect(cookies.writes).toEqual([]);
      });
      expect([happened(), await live()]).toEqual([[], 0]);
    });
  });

  describe("in the next request", () => {
    test("has its data, id and age", async () => {
      const { browser, clock } = scene();
      const created = clock();
      const id = await browser.start({ list: [1, { deep: new Date(5) }], name: "Ada" });
      clock.advance(10);
      await browser.visit((session) => {
        expect(session.data).toEqual({ list: [1, { deep: new Date(5) }], name: "Ada" });
        expect(session.id).toBe(id);
        expect(session.isNew).toBe(false);
        expect(session.created).toBe(created);
        expect(session.lastAccessed).toBe(created);
      });
    });

    test("is apart from everybody else's", async () => {
      const { browser, sessions } = scene();
      await browser.start({ who: "Ada" });
      const stranger = await sessions.getSession(
        browser.kept.nextRequest().getAll().length
          ? { get: () => undefined, set: () => {} }
          : browser.request(),
      );
      expect(stranger.data).toEqual({});
    });

    test("is the same object at each call, and another in another request", async () => {
      const { browser, sessions } = scene();
      await browser.start({});
      const cookies = browser.request();
      const [first, second] = await Promise.all([sessions.getSession(cookies), sessions.getSession(cookies)]);
      expect(second).toBe(first);
      expect(await sessions.getSession(cookies)).toBe(first);
      expect(await sessions.getSession(browser.request())).not.toBe(first);
    });

    test("read within touchInterval writes nothing anywhere", async () => {
      const { browser, clock, happened } = scene({ timeout: HOUR });
      await browser.start({ a: 1 });
      happened();
      clock.advance(59.999);
      await browser.visit((_, cookies) => expect(cookies.writes).toEqual([]));
      expect(happened()).toEqual(["loaded"]);
      clock.advance(0.001);
      await browser.visit((_, cookies) => expect(cookies.writes).toHaveLength(1));
      expect(happened()).toEqual(["loaded", "touched"]);
    });

    test("asked for again after its access was written down keeps what was changed meanwhile", async () => {
      const { browser, sessions, clock } = scene({ timeout: HOUR });
      await browser.start({ a: 1 });
      clock.advance(60);
      const cookies = browser.request();
      const session = await sessions.getSession(cookies);
      expect(cookies.writes).toHaveLength(1);
      session.data["a"] = 2;
      expect((await sessions.getSession(cookies)).data).toEqual({ a: 2 });
    });

    test("tells the access before this one, moved at most every touchInterval", async () => {
      const { browser, clock } = scene({ timeout: HOUR });
      const first = clock();
      await browser.start({});
      clock.advance(70);
      await browser.visit((session) => expect(session.lastAccessed).toBe(first));
      clock.advance(5);
      await browser.visit((session) => expect(session.lastAccessed).toBe(first + 70_000));
    });
  });

  describe("id", () => {
    test("is 43 characters that say nothing of the cookie", async () => {
      const { browser } = scene();
      const id = await browser.start({});
      expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
      const cookie = Buffer.from(browser.value() ?? "", "base64url");
      expect(cookie.includes(Buffer.from(id, "base64url"))).toBe(false);
      expect(browser.value()).not.toContain(id);
    });

    test("is the same after a save, and after the secret was rotated", async () => {
      const { browser, clock, release } = scene();
      const id = await browser.start({ a: 1 });
      clock.advance(100);
      const later = release({ secret: [OTHER_SECRET, SECRET] });
      await later.browser.visit(async (session) => {
        expect(session.id).toBe(id);
        session.data["a"] = 2;
        await session.save();
      });
      const last = release({ secret: OTHER_SECRET });
      await last.browser.visit((session) => expect(session.id).toBe(id));
    });

    test("cannot be assigned, nor can the data", async () => {
      const { browser } = scene();
      await browser.visit((session) => {
        // @ts-expect-error: read-only.
        expect(() => { session.id = "mine"; }).toThrow(TypeError); // biome-ignore format: one line
        // @ts-expect-error: read-only.
        expect(() => { session.data = {}; }).toThrow(TypeError); // biome-ignore format: one line
      });
    });
  });

  test("shows nothing of itself when inspected or turned into JSON", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit((session) => expect(JSON.stringify(session)).toBe("{}"));
  });
});

describe.each(storeKinds)("a session in $name", ({ scene }) => {
  test("is kept under its id, and its token is nowhere in the store", async () => {
    const { browser, store } = scene();
    const id = await browser.start({ a: 1 });
    const records = await store.records();
    expect([...records.keys()]).toEqual([id]);
    expect([...records.values()][0]?.value).toBe('{"data":{"a":1}}');
    for (const form of tokenForms(browser.value()!)) expect(JSON.stringify([...records])).not.toContain(form);
  });
});
