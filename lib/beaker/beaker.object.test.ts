import { describe, expect, test } from "vitest";
import { cookieKind, type Extra, kinds, type Scene } from "../session/kinds.testing.ts";
import type { SessionObject } from "../session/session-object.ts";
import { stores, written } from "./table.testing.ts";

/** A request to the lazy proxy, as Beaker's applications know it. */
async function request(place: Scene, work: (object: SessionObject) => unknown) {
  const cookies = place.browser.request();
  const object = place.sessions.object(cookies);
  await work(object);
  place.browser.answered(cookies);
  return { object, ...written(place, cookies) };
}

describe.each(kinds)("Beaker's SessionObject, $name:", ({ name, scene }) => {
  const inCookie = name === "cookie";
  const nothing = { store: [], cookie: [] };

  async function saved(extra: Extra = {}): Promise<Scene> {
    const place = scene(extra);
    await place.browser.start({ a: 1 });
    written(place, place.browser.request());
    place.clock.advance(1);
    return place;
  }

  test("accessed | given a request | when the session is got | then True; save(), dirty() and get_by_id() do not count", async () => {
    const place = await saved();
    await request(place, async (object) => {
      object.save();
      object.dirty();
      if (!inCookie) await object.getById("x".repeat(43));
      expect(object.accessed()).toBe(false);
      await object.get();
      expect(object.accessed()).toBe(true);
    });
  });

  test("accessed | given a request that never asks for the session | when persisted | then neither store nor cookie was even read", async () => {
    const place = await saved();
    const cookies = place.browser.request();
    const watched = {
      ...cookies,
      get: () => expect.unreachable("read"),
      getAll: () => expect.unreachable("read"),
    };
    await place.sessions.object(watched as never).persist();
    if (!inCookie) expect(place.store.asked()).toEqual([]);
  });

  test("dirty | given a request | when save() is called | then True; changing data does not count; nothing is written yet", async () => {
    const place = await saved();
    const answer = await request(place, async (object) => {
      (await object.get()).data["a"] = 2;
      expect(object.dirty()).toBe(false);
      object.save();
      expect(object.dirty()).toBe(true);
    });
    expect(answer).toMatchObject(nothing);
  });

  test("get | given one request | when got twice, and by getSession() | then one and the same session", async () => {
    const { browser, sessions } = scene();
    const cookies = browser.request();
    const object = sessions.object(cookies);
    expect(await object.get()).toBe(await object.get());
    expect(await object.get()).toBe(await sessions.getSession(cookies));
  });

  test("persist, auto | given a changed session | when persisted without save() | then saved", async () => {
    const place = await saved({ auto: true });
    await request(place, async (object) => {
      (await object.get()).data["a"] = 2;
      await object.persist();
    });
    expect(await place.browser.data()).toEqual({ a: 2 });
  });

  test("persist, auto | given a new session that is only read | when persisted (Beaker: a record and a cookie) | then nothing", async () => {
    const place = scene({ auto: true });
    const answer = await request(place, async (object) => {
      await object.get();
      await object.persist();
    });
    expect(answer).toMatchObject(nothing);
  });

  test("persist, auto | given a reverted session | when persisted | then the old data stays", async () => {
    const place = await saved({ auto: true });
    await request(place, async (object) => {
      const session = await object.get();
      session.data["a"] = 2;
      session.revert();
      await object.persist();
    });
    expect(await place.browser.data()).toEqual({ a: 1 });
  });

  test("persist, dirty | given save() and later changes | when persisted | then all of them, with one write", async () => {
    const place = await saved();
    const answer = await request(place, async (object) => {
      const session = await object.get();
      session.data["a"] = 2;
      object.save();
      object.save();
      session.data["b"] = 3;
      await object.persist();
    });
    expect(answer.store).toEqual(inCookie ? [] : ["set version"]);
    expect(await place.browser.data()).toEqual({ a: 2, b: 3 });
  });

  test("persist, neither | given changes without save() | when persisted past touchInterval | then the access time alone", async () => {
    const place = await saved({ timeout: 3600 });
    place.clock.advance(60);
    const answer = await request(place, async (object) => {
      (await object.get()).data["a"] = 2;
      await object.persist();
    });
    expect(answer.store).toEqual(inCookie ? [] : ["touch"]);
    await place.browser.visit((session) => {
      expect([session.data, session.lastAccessed]).toEqual([{ a: 1 }, place.clock()]);
    });
  });

  test.each([{ timeout: 3600 }, { saveAccessedTime: false }])(
    "persist, neither | given %j and a session just read | when persisted | then nothing at all (#125)",
    async (options) => {
      const place = await saved(options);
      const answer = await request(place, async (object) => {
        await object.get();
        await object.persist();
      });
      expect(answer).toMatchObject(nothing);
    },
  );

  test.each([{ auto: true }, {}])(
    "delete, invalidate | given %j | when persisted after it | then nothing comes back: no record, no cookie",
    async (options) => {
      for (const end of ["delete", "invalidate"] as const) {
        const place = await saved(options);
        await request(place, async (object) => {
          await (await object.get())[end]();
          await object.persist();
        });
        expect([place.browser.value(), await place.live()]).toEqual([undefined, 0]);
      }
    },
  );
});

describe.each(stores)("Beaker's get_by_id, $name:", ({ scene }) => {
  test("get_by_id | given a saved session | when asked for | then it, without counting as access, neither to it nor to this request", async () => {
    const place = scene({ timeout: 3600 });
    const id = await place.browser.start({ a: 1 });
    const record = await place.store.get(id);
    place.clock.advance(600);
    written(place, place.browser.request());
    const answer = await request(place, async (object) => {
      expect((await object.getById(id))?.data).toEqual({ a: 1 });
      expect(object.accessed()).toBe(false);
    });
    expect(answer).toMatchObject({ store: [], cookie: [] });
    expect(await place.store.get(id)).toEqual(record);
  });

  test("get_by_id | given an unknown id, one that is expired, or none at all | when asked for | then null, and the store is as before", async () => {
    const { browser, sessions, store, clock } = scene({ timeout: 60 });
    const id = await browser.start({ a: 1 });
    clock.advance(3600);
    const before = JSON.stringify([...(await store.records())]);
    for (const asked of [id, "x".repeat(43), "", "../../etc/passwd"])
      expect(await sessions.getById(asked)).toBeNull();
    expect(JSON.stringify([...(await store.records())])).toBe(before);
  });

  test("get_by_id | given another's session | when changed and saved | then it is saved at once, and no cookie of this request is touched", async () => {
    const { browser, sessions } = scene();
    const id = await browser.start({ a: 1 });
    const other = (await sessions.getById(id))!;
    other.data["a"] = 2;
    await other.save();
    expect(await browser.data()).toEqual({ a: 2 });
    expect(browser.kept.writes).toHaveLength(1);
  });
});

test("get_by_id | given sessions in cookies (Beaker: KeyError) | when asked for | then NotSupportedError", async () => {
  const { sessions } = cookieKind.scene();
  await expect(sessions.getById("x".repeat(43))).rejects.toMatchObject({ code: "ERR_NOT_SUPPORTED" });
});
