import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { COOKIE, kinds, OTHER_SECRET, SECRET, storeKinds, tokenForms, type Values } from "./kinds.testing.ts";
import { Session } from "./session.ts";

const HOUR = 3600;

const put = (key: string, value: unknown) => (data: Values) => {
  data[key] = value;
};

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

  describe("reverted", () => {
    test("has its data as first read in this request, deeply, in the same object", async () => {
      const { browser } = scene();
      await browser.start({ a: { deep: [1] }, b: 2 });
      await browser.visit(async (session, cookies) => {
        const { data } = session;
        (data["a"] as { deep: number[] }).deep.push(2);
        delete data["b"];
        data["c"] = 3;
        session.revert();
        expect(session.data).toBe(data);
        expect(data).toEqual({ a: { deep: [1] }, b: 2 });
        expect(cookies.writes).toEqual([]);
        (data["a"] as { deep: number[] }).deep.push(3);
        session.revert();
        expect(data).toEqual({ a: { deep: [1] }, b: 2 });
      });
    });

    test("after a save goes back to what was first read, and the next save stores that", async () => {
      const { browser } = scene();
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        session.data["a"] = 2;
        await session.save();
        session.revert();
        expect(session.data).toEqual({ a: 1 });
      });
      expect(await browser.data()).toEqual({ a: 2 });
      await browser.visit(async (session) => {
        session.data["a"] = 3;
        await session.save();
        session.revert();
        await session.save();
      });
      expect(await browser.data()).toEqual({ a: 2 });
    });

    test("when new is empty, and keeps its age", async () => {
      const { browser, clock } = scene();
      await browser.visit(async (session) => {
        const created = clock();
        session.data["a"] = 1;
        session.revert();
        expect(session.data).toEqual({});
        expect(session.created).toBe(created);
        session.data["b"] = 1;
        await session.save();
        session.revert();
        expect(session.data).toEqual({});
      });
      expect(await browser.data()).toEqual({ b: 1 });
    });

    test("after invalidate() does not bring the old data back", async () => {
      const { browser } = scene();
      await browser.start({ secret: 1 });
      await browser.visit(async (session) => {
        await session.invalidate();
        session.revert();
        expect(session.data).toEqual({});
      });
    });
  });

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

  describe("regenerated", () => {
    test("has another id and cookie, the same data and age", async () => {
      const { browser, clock, events, happened, live } = scene();
      const created = clock();
      const id = await browser.start({ a: 1 });
      const before = browser.value();
      clock.advance(10);
      happened();
      const newId = await browser.visit(async (session) => {
        await session.regenerate();
        expect(session.data).toEqual({ a: 1 });
        expect(session.isNew).toBe(false);
        return session.id;
      });
      expect(newId).not.toBe(id);
      expect(browser.value()).not.toBe(before);
      expect(happened()).toEqual(["loaded", "regenerated"]);
      expect(events.at(-1)).toEqual({ type: "regenerated", id, newId, at: clock() });
      await browser.visit((session) => {
        expect([session.id, session.created, session.data]).toEqual([newId, created, { a: 1 }]);
      });
      expect(await live()).toBe(browser && storeKinds.some((kind) => kind.scene === scene) ? 1 : 0);
    });

    test("keeps unsaved changes unsaved, and in hand", async () => {
      const { browser } = scene();
      await browser.start({ a: 1 });
      await browser.visit(async (session) => {
        session.data["a"] = 2;
        await session.regenerate();
        expect(session.data).toEqual({ a: 2 });
      });
      expect(await browser.data()).toEqual({ a: 1 });
    });

    test("does not move the absolute limit", async () => {
      const { browser, clock } = scene({ absoluteTimeout: 100 });
      await browser.start({ a: 1 });
      clock.advance(60);
      await browser.visit((session) => session.regenerate());
      clock.advance(41);
      await browser.visit((session) => expect(session.isNew).toBe(true));
    });

    test("when new has another id and no cookie until it is saved", async () => {
      const { browser, happened } = scene();
      await browser.visit(async (session, cookies) => {
        const { id } = session;
        session.data["a"] = 1;
        await session.regenerate();
        expect(session.id).not.toBe(id);
        expect([session.data, cookies.writes]).toEqual([{ a: 1 }, []]);
        await session.save();
      });
      expect(happened()).toEqual(["created"]);
      expect(await browser.data()).toEqual({ a: 1 });
    });
  });

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

  test("shows nothing of itself when inspected or turned into JSON", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit((session) => expect(JSON.stringify(session)).toBe("{}"));
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
    await browser.visit((session) => session.regenerate());
    expect(store.asked()).toEqual(["get", "set absent", "set version"]);
    await browser.visit((session) => session.delete());
    expect(store.asked()).toEqual(["get", "delete"]);
  });

  test("is kept under its id, and its token is nowhere in the store", async () => {
    const { browser, store } = scene();
    const id = await browser.start({ a: 1 });
    const records = await store.records();
    expect([...records.keys()]).toEqual([id]);
    expect([...records.values()][0]?.value).toBe('{"data":{"a":1}}');
    for (const form of tokenForms(browser.value()!)) expect(JSON.stringify([...records])).not.toContain(form);
  });

  test("leaves under an old id nothing that anybody could read", async () => {
    const { browser, store, sessions } = scene();
    const oldId = await browser.start({ private: "words" });
    const oldCookie = browser.value() ?? "";
    await browser.visit((session) => session.regenerate());
    const note = (await store.records()).get(oldId)?.value;
    expect(note ?? "").not.toContain("words");
    expect(await sessions.getById(oldId)).toBeNull();
    browser.plant(oldCookie);
    expect(await browser.data()).toEqual({});
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
