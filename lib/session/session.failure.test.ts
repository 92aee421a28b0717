import { describe, expect, test } from "vitest";
import { NotSupportedError, StoreUnavailableError } from "../errors.ts";
import { storeKinds } from "./kinds.testing.ts";
import type { Session } from "./session.ts";
import { DOWN, type Failure, type Method } from "./watched-store.testing.ts";

const works: Array<[string, (session: Session) => Promise<unknown>]> = [
  [
    "save() of a change",
    (session) => {
      session.data["a"] = 2;
      return session.save();
    },
  ],
  [
    "save() of a change and of its own path",
    (session) => {
      session.data["a"] = 2;
      session.path = "/app";
      return session.save();
    },
  ],
  ["save() without a change", (session) => session.save()],
  ["regenerate()", (session) => session.regenerate()],
  ["invalidate()", (session) => session.invalidate()],
  [
    "invalidate() and save()",
    async (session) => {
      await session.invalidate();
      session.data["b"] = 1;
      await session.save();
    },
  ],
  ["delete()", (session) => session.delete()],
];
const methods: Method[] = ["get", "set", "touch", "delete"];
const outcomes: Failure[] = ["before", "after"];
// Where one of them fails, the other ends the session.
const ENDING: readonly Method[] = ["set", "delete"];
const cases = works.flatMap(([name, work]) =>
  methods.flatMap((method) =>
    outcomes.flatMap((outcome) => [1, 2, 9].map((times) => ({ name, work, method, outcome, times }))),
  ),
);

describe.each(storeKinds)("with a store like $name that fails", ({ scene }) => {
  test.each(
    cases.map(
      (row) => [`${row.name}: ${row.method} fails ${row.outcome} its work, ${row.times} times`, row] as const,
    ),
  )("cookie and store agree after %s", async (_, { name, work, method, outcome, times }) => {
    const { browser, store, happened, events } = scene({ timeout: 3600 });
    await browser.start({ a: 1 });
    const { session, cookies } = await browser.begin();
    let left = times;
    happened();
    store.fails = (called) => (called === method && left-- > 0 ? outcome : undefined);
    const failure = await work(session).then(
      () => undefined,
      (error: unknown) => error,
    );
    store.fails = () => undefined;
    browser.answered(cookies);
    if (failure === undefined) {
      const ends = /^(invalidate|delete)\(\)/.test(name) && ENDING.includes(method);
      expect(happened().includes("store-error") && method !== "delete" && !ends).toBe(false);
    } else {
      expect(failure).toBeInstanceOf(StoreUnavailableError);
      expect(failure).toMatchObject({ code: "ERR_STORE_UNAVAILABLE", cause: DOWN });
      expect(events.filter(({ type }) => type === "store-error").every(({ error }) => error === DOWN)).toBe(
        true,
      );
    }
    // Whatever the browser holds now leads to a session, or to none; never to an error or to a mixture.
    await browser.visit(async (after) => {
      expect(JSON.stringify(after.data)).toMatch(/^(\{\}|\{"a":[12]\}|\{"b":1\})$/);
      expect(after.isNew).toBe(Object.keys(after.data).length === 0);
      if (failure === undefined && !after.isNew) expect(after.data).toEqual(session.data);
      after.data["works"] = true;
      await after.save();
    });
    expect(await browser.data()).toMatchObject({ works: true });
  });

  test.each(outcomes)(
    "does not make the browser forget a session that could not be ended (%s)",
    async (outcome) => {
      const { browser, store } = scene();
      await browser.start({ a: 1 });
      const slow = await browser.begin();
      store.fails = (method) => (ENDING.includes(method) ? outcome : undefined);
      await expect(slow.session.delete()).rejects.toThrow(StoreUnavailableError);
      store.fails = () => undefined;
      expect(slow.session.data).toEqual({ a: 1 });
      browser.answered(slow.cookies);
      expect(await browser.data()).toEqual(outcome === "before" ? { a: 1 } : {});
    },
  );

  test("goes on under the old id when another could not be stored, in later cookies too", async () => {
    const { browser, store } = scene();
    await browser.start({ a: 1 });
    await browser.visit(async (session) => {
      const { id } = session;
      store.fails = (method) => (method === "set" ? "before" : undefined);
      await expect(session.regenerate()).rejects.toThrow(StoreUnavailableError);
      store.fails = () => undefined;
      expect(session.id).toBe(id);
      session.cookieExpires = 3600;
      await session.save();
    });
    expect(await browser.data()).toEqual({ a: 1 });
  });

  test("does not create a cookie for a session that could not be stored", async () => {
    const { browser, store } = scene();
    store.fails = () => "before";
    await browser.visit(async (session, { writes }) => {
      session.data["a"] = 1;
      await expect(session.save()).rejects.toThrow(StoreUnavailableError);
      expect(session.isNew).toBe(true);
      // Either it was never set, or what the browser hears last takes it back.
      const takenBack = { value: "", options: { maxAge: 0 } };
      expect(writes.at(-1) ?? takenBack).toMatchObject(takenBack);
    });
    expect(browser.value()).toBeUndefined();
  });

  test("gives the old cookie back as it was when a new path could not be stored", async () => {
    const { browser, store } = scene();
    await browser.start({ a: 1 });
    const slow = await browser.begin();
    slow.session.path = "/app";
    store.fails = () => "before";
    await expect(slow.session.save()).rejects.toThrow(StoreUnavailableError);
    expect(slow.cookies.writes.at(-1)).toMatchObject({ value: browser.value(), options: { path: "/" } });
    // And by that path it is expired: by another the browser would keep it.
    store.fails = () => undefined;
    await slow.session.delete();
    expect(slow.cookies.writes.at(-1)).toMatchObject({ value: "", options: { path: "/", maxAge: 0 } });
  });

  test("throws at reading by default, and works at the next request and in the same", async () => {
    const { browser, store, sessions, happened } = scene();
    await browser.start({ a: 1 });
    happened();
    store.fails = () => "before";
    const cookies = browser.request();
    await expect(sessions.getSession(cookies)).rejects.toMatchObject({
      code: "ERR_STORE_UNAVAILABLE",
      cause: DOWN,
    });
    await expect(sessions.remaining(browser.request())).rejects.toThrow(StoreUnavailableError);
    await expect(sessions.getSession(cookies)).rejects.toThrow(StoreUnavailableError);
    expect(happened()).toEqual(["store-error", "store-error", "store-error"]);
    store.fails = () => undefined;
    expect((await sessions.getSession(cookies)).data).toEqual({ a: 1 });
  });

  test("needs no store for a visitor without a cookie, nor for a forged one", async () => {
    const { browser, store } = scene();
    store.fails = () => "before";
    await browser.visit((session) => expect(session.data).toEqual({}));
    browser.plant("forged");
    await browser.visit((session) => expect(session.data).toEqual({}));
  });

  describe('and onStoreError: "anonymous"', () => {
    test("lets reads go on as an anonymous visitor, and sends no cookie", async () => {
      const { browser, store, sessions } = scene({ onStoreError: "anonymous" });
      await browser.start({ a: 1 });
      store.fails = () => "before";
      await browser.visit((session, cookies) => {
        expect([session.data, session.isNew, cookies.writes]).toEqual([{}, true, []]);
      });
      expect(await sessions.remaining(browser.request())).toBe(0);
      store.fails = () => undefined;
      expect(await browser.data()).toEqual({ a: 1 });
    });

    test.each(works)(
      "never lets %s overwrite what could not be read, even when the store is back",
      async (_, work) => {
        const { browser, store } = scene({ onStoreError: "anonymous" });
        await browser.start({ a: 1 });
        store.fails = () => "before";
        const slow = await browser.begin();
        store.fails = () => undefined;
        await expect(work(slow.session)).rejects.toMatchObject({
          code: "ERR_STORE_UNAVAILABLE",
          cause: expect.objectContaining({ cause: DOWN }),
        });
        expect(slow.cookies.writes).toEqual([]);
        expect(await browser.data()).toEqual({ a: 1 });
      },
    );

    test("can be saved after it was loaded again", async () => {
      const { browser, store } = scene({ onStoreError: "anonymous" });
      await browser.start({ a: 1 });
      store.fails = () => "before";
      const { session } = await browser.begin();
      store.fails = () => undefined;
      await session.load();
      session.data["b"] = 2;
      await session.save();
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
    });

    test("lets reads go on when only the access time cannot be written", async () => {
      const { browser, store, clock } = scene({ onStoreError: "anonymous", timeout: 600 });
      await browser.start({ a: 1 });
      clock.advance(300);
      store.fails = (method) => (method === "touch" ? "before" : undefined);
      await browser.visit((session) => expect(session.data).toEqual({ a: 1 }));
    });
  });

  test("in a way that is not about reaching it, is heard of: no fresh session hides it", async () => {
    for (const onStoreError of ["throw", "anonymous"] as const) {
      const { browser, store } = scene({ onStoreError });
      await browser.start({ a: 1 });
      const unsupported = new NotSupportedError("no SQLite on this runtime");
      store.get = () => Promise.reject(unsupported);
      await expect(browser.begin()).rejects.toBe(unsupported);
    }
  });

  test("by giving back a damaged record starts a fresh session, or throws if asked to", async () => {
    for (const invalidateCorrupt of [true, false]) {
      const { browser, store, happened } = scene({ invalidateCorrupt });
      const id = await browser.start({ a: 1 });
      const record = (await store.records()).get(id)!;
      await store.set(id, { ...record, value: record.value.slice(0, -3) });
      happened();
      if (invalidateCorrupt) {
        await browser.visit(async (session) => {
          expect([session.isNew, session.data]).toEqual([true, {}]);
          session.data["b"] = 2;
          await session.save();
          expect(session.id).not.toBe(id);
        });
        expect(await browser.data()).toEqual({ b: 2 });
      } else {
        await expect(browser.begin()).rejects.toMatchObject({
          code: "ERR_CORRUPT",
          message: expect.stringContaining(id),
        });
      }
      expect(happened()[0]).toBe("corrupt");
    }
  });

  test("at revoke(), getById() and purgeExpired() gives its error as ours", async () => {
    const { browser, store, sessions } = scene();
    const id = await browser.start({ a: 1 });
    store.fails = () => "before";
    store.prune = () => Promise.reject(DOWN);
    for (const call of [
      () => sessions.revoke(id),
      () => sessions.getById(id),
      () => sessions.purgeExpired(),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "ERR_STORE_UNAVAILABLE", cause: DOWN });
    }
  });

  test("while sweeping up in passing reports it and harms nobody", async () => {
    const { browser, store, happened } = scene();
    store.prune = () => Promise.reject(DOWN);
    await browser.start({ a: 1 });
    expect(happened().toSorted()).toEqual(["created", "store-error"]);
    expect(await browser.data()).toEqual({ a: 1 });
  });
});
