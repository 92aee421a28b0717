import { describe, expect, test } from "vitest";
import { ConflictError } from "../errors.ts";
import { storeKinds, type Values } from "./kinds.testing.ts";

const put = (key: string, value: unknown) => (data: Values) => {
  data[key] = value;
};

describe.each(storeKinds)("two requests that save one session in $name", ({ scene }) => {
  /** Both read, the other saves first, then ours: what is stored, and the events of ours. */
  async function race(
    base: Values,
    ours: (data: Values) => void,
    theirs: (data: Values) => void,
    options = {},
  ) {
    const { browser, happened, events } = scene();
    await browser.start(base);
    const [other, mine] = [await browser.begin(), await browser.begin()];
    theirs(other.session.data);
    await other.session.save();
    happened();
    ours(mine.session.data);
    const outcome = await mine.session.save(options).catch((error: unknown) => error);
    return {
      outcome,
      happened: happened(),
      event: events.findLast(({ type }) => type === "conflict"),
      stored: await browser.data(),
      mine: mine.session,
      id: mine.session.id,
    };
  }

  test("keep both changes when they are to different keys", async () => {
    const { stored, happened, mine } = await race({ a: 1, b: 1, c: 1 }, put("a", 2), put("b", 2));
    expect(stored).toEqual({ a: 2, b: 2, c: 1 });
    expect(mine.data).toEqual(stored);
    expect(happened).toEqual(["saved"]);
  });

  test.each<[string, Values, (data: Values) => void, (data: Values) => void, Values]>([
    ["ours removes one, theirs adds one", { a: 1 }, (data) => delete data["a"], put("b", 2), { b: 2 }],
    ["theirs removes one, ours adds one", { a: 1 }, put("b", 2), (data) => delete data["a"], { b: 2 }],
    [
      "both remove the same",
      { a: 1, b: 1 },
      (data) => delete data["a"],
      (data) => delete data["a"],
      { b: 1 },
    ],
    ["both write the same value", {}, put("a", { x: 1 }), put("a", { x: 1 }), { a: { x: 1 } }],
    [
      "changes are nested",
      { a: { x: 1 }, b: { y: [1] } },
      (data) => ((data["a"] as { x: number }).x = 2),
      (data) => (data["b"] as { y: number[] }).y.push(2),
      { a: { x: 2 }, b: { y: [1, 2] } },
    ],
    ["ours is empty afterwards", { a: 1 }, (data) => delete data["a"], () => {}, {}],
    [
      "values are more than JSON",
      { at: new Date(1), ids: new Set([1]) },
      put("at", new Date(2)),
      (data) => (data["ids"] as Set<number>).add(2),
      { at: new Date(2), ids: new Set([1, 2]) },
    ],
  ])("agree without a conflict where %s", async (_, base, ours, theirs, expected) => {
    const { stored, happened } = await race(base, ours, theirs);
    expect(stored).toEqual(expected);
    expect(happened).toEqual(["saved"]);
  });

  test.each<[string, (data: Values) => void, (data: Values) => void, Values]>([
    ["both change it", put("a", "ours"), put("a", "theirs"), { a: "ours" }],
    ["ours changes what theirs removed", put("a", "ours"), (data) => delete data["a"], { a: "ours" }],
    ["ours removes what theirs changed", (data) => delete data["a"], put("a", "theirs"), {}],
  ])("conflict where %s: the later save wins and says so", async (_, ours, theirs, expected) => {
    const { stored, happened, event, id } = await race({ a: 1 }, ours, theirs);
    expect(stored).toEqual(expected);
    expect(happened).toEqual(["conflict", "saved"]);
    expect(event).toMatchObject({ type: "conflict", keys: ["a"], id });
  });

  test('with onConflict: "throw" keep the earlier save, and the later one learns the keys', async () => {
    const { outcome, stored, happened, mine } = await race(
      { a: 1 },
      (data) => Object.assign(data, { a: "ours", b: "ours" }),
      put("a", "theirs"),
      { onConflict: "throw" },
    );
    expect(outcome).toBeInstanceOf(ConflictError);
    expect(outcome).toMatchObject({ code: "ERR_CONFLICT", keys: ["a"] });
    expect(stored).toEqual({ a: "theirs" });
    expect(happened).toEqual([]);
    expect(mine.data).toEqual({ a: "ours", b: "ours" });
    await mine.load();
    expect(mine.data).toEqual({ a: "theirs" });
  });

  test('with onConflict: "throw" do not stand in each other\'s way on different keys', async () => {
    const { outcome, stored } = await race({}, put("a", 1), put("b", 1), { onConflict: "throw" });
    expect(outcome).toBeUndefined();
    expect(stored).toEqual({ a: 1, b: 1 });
  });

  test("do not lose what the object was given while it was being saved", async () => {
    const { browser, store } = scene();
    await browser.start({});
    const [other, mine] = [await browser.begin(), await browser.begin()];
    other.session.data["b"] = 1;
    await other.session.save();
    mine.session.data["a"] = 1;
    store.afterRead = async () => {
      mine.session.data["later"] = 1;
    };
    await mine.session.save();
    expect(store.afterRead).toBeUndefined();
    expect(mine.session.data).toEqual({ a: 1, b: 1, later: 1 });
    await mine.session.save();
    expect(await browser.data()).toEqual({ a: 1, b: 1, later: 1 });
  });

  test("each keep what the session was set to by the other: timeout here, cookieExpires there", async () => {
    const { browser } = scene();
    await browser.start({});
    const [other, mine] = [await browser.begin(), await browser.begin()];
    other.session.timeout = 77;
    await other.session.save();
    mine.session.cookieExpires = 3600;
    await mine.session.save();
    browser.answered(other.cookies);
    browser.answered(mine.cookies);
    await browser.visit((session) => expect([session.timeout, session.cookieExpires]).toEqual([77, 3600]));
  });

  test("do not undo each other's settings by saving data", async () => {
    const { browser } = scene();
    await browser.start({});
    const [other, mine] = [await browser.begin(), await browser.begin()];
    other.session.timeout = 77;
    await other.session.save();
    mine.session.data["a"] = 1;
    await mine.session.save();
    expect(mine.session.timeout).toBe(77);
    await browser.visit((session) => expect([session.timeout, session.data]).toEqual([77, { a: 1 }]));
  });

  test("while one of them signs in keep it listed under its subject", async () => {
    const { browser, sessions } = scene({ subject: ({ user }) => user as string | undefined });
    await browser.start({ a: 1 });
    const [signIn, mine] = [await browser.begin(), await browser.begin()];
    signIn.session.data["user"] = "ada";
    await signIn.session.save();
    mine.session.data["a"] = 2;
    await mine.session.save();
    expect((await sessions.list("ada")).map(({ data }) => data)).toEqual([{ user: "ada", a: 2 }]);
    expect(await sessions.revokeAll("ada")).toBe(1);
  });

  test("at once, forty of them, all keep their key", async () => {
    const { browser } = scene();
    await browser.start({});
    const requests = await Promise.all(Array.from({ length: 40 }, () => browser.begin()));
    await Promise.all(
      requests.map(({ session }, index) => {
        session.data[`key${index}`] = index;
        return session.save();
      }),
    );
    expect(Object.keys(await browser.data())).toHaveLength(40);
  });

  test("reading changes no value, whatever runs beside it", async () => {
    const { browser, clock } = scene({ timeout: 3600 });
    await browser.start({ count: 0 });
    clock.advance(600);
    const reader = await browser.begin();
    await browser.visit(async (session) => {
      session.data["count"] = 1;
      await session.save();
    });
    await reader.session.save({ accessedOnly: true });
    await reader.session.save();
    expect(await browser.data()).toEqual({ count: 1 });
  });

  test("and regenerate it, then save, as a sign-in does: nothing of the other is lost, no change in hand either", async () => {
    const { browser, happened } = scene();
    await browser.start({ a: 1 });
    const login = await browser.begin();
    const other = await browser.begin();
    other.session.data["b"] = 2;
    await other.session.save();
    happened();
    login.session.data["user"] = "Ada";
    await login.session.regenerate();
    expect(login.session.data).toEqual({ a: 1, b: 2, user: "Ada" });
    await login.session.save();
    expect(happened()).toEqual(["regenerated", "saved"]);
    browser.answered(login.cookies);
    expect(await browser.data()).toEqual({ a: 1, b: 2, user: "Ada" });
  });

  test("while its id is changed by the clock lose nothing, and it changes once, not at each request", async () => {
    const { browser, clock, events, store } = scene({ rotateEvery: 600 });
    await browser.start({ a: 1 });
    clock.advance(601);
    store.afterRead = () => {
      const cookies = browser.request();
      return browser.begin().then(async ({ session }) => {
        session.data["b"] = 2;
        await session.save();
        browser.answered(cookies);
      });
    };
    await browser.visit(async (session) => {
      session.data["c"] = 3;
      await session.save();
    });
    clock.advance(5);
    const rotated = events.length;
    await browser.visit((session) => expect(session.data).toEqual({ a: 1, b: 2, c: 3 }));
    expect(events.slice(rotated).map(({ type }) => type)).toEqual(["loaded"]);
  });

  test("and regenerate it carry the other's change over to the new id", async () => {
    const { browser, store } = scene();
    await browser.start({ a: 1 });
    const login = await browser.begin();
    const other = await browser.begin();
    other.session.data["b"] = 2;
    await other.session.save();
    await login.session.regenerate();
    browser.answered(login.cookies);
    expect(await browser.data()).toEqual({ a: 1, b: 2 });
    const records = [...(await store.records()).values()].filter(({ value }) => value.includes('"data"'));
    expect(records).toHaveLength(1);
  });
});
