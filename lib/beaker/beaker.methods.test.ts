import { describe, expect, test } from "vitest";
import { COOKIE } from "../session/kinds.testing.ts";
import { columns, storeColumns, written } from "./table.testing.ts";

describe.each(columns)("Beaker's methods, $name:", (column) => {
  const { scene, inCookie } = column;

  test("save | given a new session | when saved | then record and cookie exist at once, and it is new no more", async () => {
    const place = scene();
    await place.browser.visit(async (session, cookies) => {
      session.data["a"] = 1;
      await session.save();
      expect(written(place, cookies)).toEqual({ store: inCookie ? [] : ["set absent"], cookie: ["set"] });
      expect(session.isNew).toBe(false);
    });
    expect(await place.browser.data()).toEqual({ a: 1 });
  });

  test("save | given a saved session | when changed, nested or removed, and saved | then the next request sees just that", async () => {
    const { browser } = scene();
    await browser.start({ deep: { list: [1] }, gone: 1 });
    await browser.visit(async (session) => {
      (session.data["deep"] as { list: number[] }).list.push(2);
      delete session.data["gone"];
      await session.save();
    });
    expect(await browser.data()).toEqual({ deep: { list: [1, 2] } });
  });

  test("save | given a saved session | when saved | then the access time is the time of the save, not of the load", async () => {
    const { browser, clock } = scene({ timeout: 3600 });
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      clock.advance(30);
      session.data["a"] = 2;
      await session.save();
    });
    await browser.visit((session) => expect(session.lastAccessed).toBe(clock()));
  });

  test("save(accessed_only) | given a saved session | when called | then the access time moves, no value does, and changes stay in hand", async () => {
    const { browser, clock, happened } = scene({ timeout: 3600 });
    await browser.start({ a: 1 });
    clock.advance(5);
    happened();
    await browser.visit(async (session) => {
      session.data["a"] = 2;
      await session.save({ accessedOnly: true });
      expect(session.data).toEqual({ a: 2 });
    });
    expect(happened()).toEqual(["loaded", "touched"]);
    await browser.visit((session) => {
      expect([session.lastAccessed, session.data]).toEqual([clock(), { a: 1 }]);
    });
  });

  test.each([
    ["a new session", {}, false],
    ["save_accessed_time=False", { saveAccessedTime: false }, true],
  ])(
    "save(accessed_only) | given %s | when called | then nothing at all, as in Beaker",
    async (_, options, saved) => {
      const place = scene(options);
      if (saved) await place.browser.start({ a: 1 });
      written(place, place.browser.request());
      await place.browser.visit(async (session, cookies) => {
        session.data["b"] = 1;
        await session.save({ accessedOnly: true });
        expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
      });
    },
  );

  test("revert | given changes, nested ones too | when reverted | then the data is as first read in this request; nothing is written", async () => {
    const place = scene();
    await place.browser.start({ deep: { list: [1] }, kept: 1 });
    written(place, place.browser.request());
    await place.browser.visit((session, cookies) => {
      (session.data["deep"] as { list: number[] }).list.push(2);
      session.data["extra"] = 1;
      delete session.data["kept"];
      session.revert();
      expect(session.data).toEqual({ deep: { list: [1] }, kept: 1 });
      expect(written(place, cookies)).toEqual({ store: [], cookie: [] });
    });
  });

  test("revert | given a new session | when reverted | then empty, with its age (Beaker: KeyError, AttributeError)", async () => {
    const { browser, clock } = scene();
    await browser.visit((session) => {
      session.data["a"] = 1;
      session.revert();
      expect([session.data, session.created]).toEqual([{}, clock()]);
    });
  });

  test("delete | given a saved session | when deleted | then at once record gone, cookie expired, data empty", async () => {
    const place = scene();
    const { browser } = place;
    await browser.start({ a: 1 });
    written(place, place.browser.request());
    const cookie = browser.value()!;
    await browser.visit(async (session, cookies) => {
      await session.delete();
      expect([session.data, session.isNew]).toEqual([{}, true]);
      expect(written(place, cookies)).toEqual({
        store: inCookie ? [] : ["set version", "delete"],
        cookie: ["expired"],
      });
    });
    expect([browser.value(), await place.live()]).toEqual([undefined, 0]);
    if (inCookie) return;
    browser.plant(cookie);
    expect(await browser.data()).toEqual({});
  });

  test("delete | given a deleted session | when deleted again (Beaker, in a cookie: KeyError) | then nothing more", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session, cookies) => {
      await session.delete();
      await session.delete();
      expect(cookies.writes).toHaveLength(1);
    });
  });

  test("delete, then save | given one request | when the object is used again | then a new session whose cookie is not expired", async () => {
    const { browser } = scene({ cookieExpires: 600 });
    const id = await browser.start({ a: 1 });
    await browser.visit(async (session, cookies) => {
      await session.delete();
      session.data["b"] = 1;
      await session.save();
      expect(session.id).not.toBe(id);
      expect(cookies.writes.at(-1)?.options.maxAge).toBe(600);
    });
    expect(await browser.data()).toEqual({ b: 1 });
  });

  test("save, then delete | given one request | when deleted last | then deleted, in store and cookie", async () => {
    const { browser, live } = scene();
    await browser.visit(async (session) => {
      session.data["a"] = 1;
      await session.save();
      await session.delete();
    });
    expect([browser.value(), await live()]).toEqual([undefined, 0]);
  });

  test("invalidate | given a saved session | when invalidated without save() | then logged out: no data, no cookie, no record", async () => {
    const place = scene();
    const { browser, clock } = place;
    const id = await browser.start({ a: 1 });
    written(place, place.browser.request());
    clock.advance(10);
    await browser.visit(async (session, cookies) => {
      await session.invalidate();
      expect([session.data, session.isNew, session.wasInvalidated]).toEqual([{}, true, true]);
      expect([session.id === id, session.created]).toEqual([false, clock()]);
      expect(written(place, cookies)).toEqual({
        store: inCookie ? [] : ["set version", "delete"],
        cookie: ["expired"],
      });
    });
    expect([browser.value(), await browser.data(), await place.live()]).toEqual([undefined, {}, 0]);
  });

  test("invalidate, then save | given one request | when saved | then another session: new id, new cookie, nothing of the old one", async () => {
    const { browser } = scene();
    const id = await browser.start({ a: 1 });
    const cookie = browser.value();
    await browser.visit(async (session) => {
      await session.invalidate();
      session.data["b"] = 1;
      await session.save();
    });
    await browser.visit((session) => expect([session.id === id, session.data]).toEqual([false, { b: 1 }]));
    expect(browser.value()).not.toBe(cookie);
  });

  test("expire | given a cookie_expires of its own | when expired and saved | then the configured one; the data and the session stay", async () => {
    const { browser } = scene({ cookieExpires: 600 });
    await browser.visit(async (session) => {
      session.data["a"] = 1;
      session.cookieExpires = false;
      await session.save();
    });
    await browser.visit(async (session, cookies) => {
      session.expire();
      expect(cookies.writes).toEqual([]);
      await session.save();
      expect(cookies.writes.at(-1)?.options.maxAge).toBe(600);
    });
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("load | given unsaved changes | when loaded again | then what is stored, in the same object", async () => {
    const { browser } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      const { data } = session;
      data["a"] = 2;
      await session.load();
      expect([session.data, session.data === data]).toEqual([{ a: 1 }, true]);
    });
  });

  test("load | given a session that was new and saved | when loaded | then is_new is False (Beaker: stays True)", async () => {
    const { browser } = scene();
    await browser.visit(async (session) => {
      await session.save();
      await session.load();
      expect(session.isNew).toBe(false);
    });
  });

  test("regenerate_id | given a saved session | when regenerated | then new id and cookie at once, same data and age; on a cookie session too", async () => {
    const { browser, clock } = scene();
    const created = clock();
    const id = await browser.start({ a: 1 });
    const cookie = browser.value();
    clock.advance(10);
    await browser.visit((session) => session.regenerate());
    expect(browser.value()).not.toBe(cookie);
    await browser.visit((session) => {
      expect([session.id === id, session.data, session.created]).toEqual([false, { a: 1 }, created]);
    });
  });

  test("regenerate_id | given a new, unsaved session | when regenerated | then another id, and no cookie until it is saved", async () => {
    const { browser } = scene();
    await browser.visit(async (session, cookies) => {
      const { id } = session;
      await session.regenerate();
      expect([session.id === id, cookies.writes]).toEqual([false, []]);
    });
  });
});

describe.each(storeColumns)("Beaker's methods, $name:", ({ scene }) => {
  test("regenerate_id | given the old cookie and the old id | when used again | then dead, both", async () => {
    const { browser, sessions } = scene();
    const id = await browser.start({ a: 1 });
    const old = browser.value()!;
    await browser.visit((session) => session.regenerate());
    const renewed = browser.value()!;
    browser.plant(old);
    expect(await browser.data()).toEqual({});
    expect(await sessions.getById(id)).toBeNull();
    browser.plant(renewed, COOKIE);
    expect(await browser.data()).toEqual({ a: 1 });
  });
});
