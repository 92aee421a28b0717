import { describe, expect, test } from "vitest";
import { kinds, storeKinds, type Values } from "./kinds.testing.ts";

const HOUR = 3600;

const put = (key: string, value: unknown) => (data: Values) => {
  data[key] = value;
};

describe.each(kinds)("a $name session", ({ scene }) => {
  describe("saved again", () => {
    test("without a change moves only the clock", async () => {
      const { browser, clock, happened } = scene({ timeout: HOUR });
      await browser.start({ a: 1 });
      happened();
      clock.advance(5);
      await browser.visit(async (session) => {
        await session.save();
        await session.save();
      });
      expect(happened()).toEqual(["loaded", "touched", "touched"]);
      await browser.visit((session) => {
        expect(session.lastAccessed).toBe(clock());
        expect(session.data).toEqual({ a: 1 });
      });
    });

    test.each<[string, (data: Record<string, unknown>) => void, object]>([
      ["an added key", put("b", 2), { a: { deep: [1] }, b: 2 }],
      ["a removed key", (data) => delete data["a"], {}],
      ["a nested change", (data) => (data["a"] as { deep: number[] }).deep.push(2), { a: { deep: [1, 2] } }],
    ])("keeps %s", async (_, change, expected) => {
      const { browser, happened } = scene();
      await browser.start({ a: { deep: [1] } });
      happened();
      await browser.visit(async (session) => {
        change(session.data);
        await session.save();
      });
      expect(happened()).toEqual(["loaded", "saved"]);
      expect(await browser.data()).toEqual(expected);
    });

    test("late in a long request is an access of that moment", async () => {
      const { browser, clock } = scene({ timeout: HOUR });
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        clock.advance(30);
        session.data["a"] = 2;
        await session.save();
        expect(session.expiresAt).toBe(clock() + HOUR * 1000);
      });
    });

    test("twice in one request keeps both changes", async () => {
      const { browser } = scene();
      await browser.visit(async (session) => {
        session.data["a"] = 1;
        await session.save();
        session.data["b"] = 2;
        await session.save();
      });
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
    });

    test("in one Promise.all does not race itself", async () => {
      const { browser, happened } = scene();
      await browser.visit(async (session) => {
        session.data["a"] = 1;
        const first = session.save();
        session.data["b"] = 2;
        await Promise.all([first, session.save(), session.save({ accessedOnly: true })]);
      });
      // Each writes what was there when it was asked for.
      expect(happened()).toEqual(["created", "saved", "touched"]);
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
    });

    test("while another part of the request asks for the session gives that part the same, unread again", async () => {
      const { browser, sessions, happened } = scene();
      await browser.visit(async (session, cookies) => {
        session.data["a"] = 1;
        const saving = session.save();
        // Some microtasks later the cookie is set, the record not yet stored.
        for (let turn = 0; turn < 30; turn++) {
          await null;
          const again = sessions.getSession(cookies);
          session.data["unsaved"] = true;
          expect(await again).toBe(session);
          expect(session.data["unsaved"]).toBe(true);
        }
        await saving;
      });
      expect(happened()).toEqual(["created"]);
    });

    test("by access time alone writes no value and keeps unsaved changes in hand", async () => {
      const { browser, clock } = scene({ timeout: HOUR });
      await browser.start({ a: 1 });
      clock.advance(5);
      await browser.visit(async (session) => {
        session.data["a"] = 2;
        await session.save({ accessedOnly: true });
        expect(session.data).toEqual({ a: 2 });
      });
      await browser.visit((session) => {
        expect(session.data).toEqual({ a: 1 });
        expect(session.lastAccessed).toBe(clock());
      });
    });
  });

  describe("with saveAccessedTime off", () => {
    test("is never written by a request that does not save", async () => {
      const { browser, clock, happened } = scene({ saveAccessedTime: false });
      await browser.start({ a: 1 });
      happened();
      clock.advance(100 * 86_400);
      await browser.visit(async (session, cookies) => {
        await session.save({ accessedOnly: true });
        expect(cookies.writes).toEqual([]);
      });
      expect(happened()).toEqual(["loaded"]);
    });
  });
});

describe.each(storeKinds)("a session in $name", ({ scene }) => {
  test("reads once, and asks the store for no more than each operation needs", async () => {
    const { browser, store, clock } = scene({ timeout: HOUR });
    await browser.visit();
    expect(store.asked()).toEqual([]);
    await browser.start({ a: 1 });
    expect(store.asked()).toEqual(["set absent"]);
    await browser.visit();
    expect(store.asked()).toEqual(["get"]);
    clock.advance(60);
    await browser.visit();
    expect(store.asked()).toEqual(["get", "touch"]);
    // Nothing to write, but to be sure that it is still there before its clock moves.
    await browser.visit((session) => session.save());
    expect(store.asked()).toEqual(["get", "get", "touch"]);
    await browser.visit(async (session) => {
      session.data["a"] = 2;
      await session.save();
    });
    expect(store.asked()).toEqual(["get", "set version"]);
    await browser.visit(async (session) => {
      session.data["a"] = 3;
      await session.save();
      session.data["a"] = 4;
      await session.save();
    });
    expect(store.asked()).toEqual(["get", "set version", "set version"]);
    await browser.visit((session) => session.regenerate());
    expect(store.asked()).toEqual(["get", "set absent", "set version"]);
    await browser.visit((session) => session.delete());
    // The first ends it even where another request gives it a new id at this moment.
    expect(store.asked()).toEqual(["get", "set version", "delete"]);
  });

  test("with saveAccessedTime off sends no cookie at a read, though it was saved elsewhere long after that was sent", async () => {
    const { browser, sessions, clock } = scene({ saveAccessedTime: false });
    const id = await browser.start({ a: 1 });
    clock.advance(HOUR);
    const found = await sessions.getById(id);
    found!.data["a"] = 2;
    await found!.save();
    await browser.visit((session, { writes }) => expect([session.data, writes]).toEqual([{ a: 2 }, []]));
  });

  test("keeps its cookie while it is in use, however often it is saved", async () => {
    const { browser, clock } = scene({ timeout: 900, cookieExpires: 900 });
    await browser.start({ count: 0 });
    for (let count = 1; count <= 120; count++) {
      clock.advance(30);
      await browser.visit(async (session) => {
        expect([count, session.isNew]).toEqual([count, false]);
        session.data["count"] = count;
        await session.save();
      });
    }
  });
});
