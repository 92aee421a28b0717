/** A session whose id another request changes at the very moment at which it is ended. */
import { describe, expect, test } from "vitest";
import { ConflictError } from "../errors.ts";
import type { StoredEntry } from "../stores/store.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { type Extra, type Scene, storeKinds, type Values } from "./kinds.testing.ts";
import type { Session } from "./session.ts";

const EVERY = 60;
const GRACE = 10;
const extra: Extra = {
  rotateEvery: EVERY,
  graceSeconds: GRACE,
  encryptKey: "an encryption key of forty characters...",
  subject: (data: Values) => data["user"] as string | undefined,
};

/** Another request of the same browser, which gives the session another id. */
const moves: Array<[string, (scene: Scene) => Promise<string>]> = [
  [
    "rotated",
    ({ browser, clock }) => {
      clock.advance(EVERY);
      return browser.visit(({ id }) => id);
    },
  ],
  [
    "regenerated",
    ({ browser }) =>
      browser.visit(async (session) => {
        await session.regenerate();
        return session.id;
      }),
  ],
];

const endings: Array<[string, (session: Session) => Promise<void>]> = [
  ["delete()", (session) => session.delete()],
  ["invalidate()", (session) => session.invalidate()],
];

describe.each(storeKinds)("a session in $name", ({ scene }) => {
  describe.each(moves)("that another request has %s", (how, move) => {
    async function moved() {
      const whole = scene(extra);
      const id = await whole.browser.start({ user: "ada" });
      const slow = await whole.browser.begin();
      const newId = await move(whole);
      expect(newId).not.toBe(id);
      whole.happened();
      return { ...whole, id, slow, newId };
    }

    test.each(endings)("is ended by a late %s", async (_, end) => {
      const { slow, browser, sessions, newId } = await moved();
      await end(slow.session);
      expect(await browser.data()).toEqual({});
      expect(await sessions.getById(newId)).toBeNull();
      expect(await sessions.list("ada")).toEqual([]);
    });

    test("is ended by revoke() under the id that it had", async () => {
      const { id, newId, sessions, browser, clock, events, happened } = await moved();
      // Also when the old one leads there no more.
      clock.advance(GRACE * 2);
      expect(await sessions.revoke(id)).toBe(true);
      expect(happened()).toEqual(["deleted"]);
      expect(events.at(-1)).toMatchObject({ type: "deleted", id: newId });
      expect(await browser.data()).toEqual({});
      expect(await sessions.revoke(id)).toBe(false);
      expect(happened()).toEqual(["unknown-id"]);
    });

    test("leaves an id behind that nobody can use once more, which is reported", async () => {
      const { id, sessions, browser, clock, slow, happened, events } = await moved();
      clock.advance(GRACE * 2);
      const late = await sessions.getSession(slow.cookies.nextRequest());
      expect([late.isNew, late.data]).toEqual([true, {}]);
      expect(happened()).toEqual(["unknown-id"]);
      expect(events.at(-1)).toMatchObject({ id, reason: "replaced" });
      expect(await sessions.getById(id)).toBeNull();
      expect(await browser.data()).toEqual({ user: "ada" });
      if (how === "regenerated") expect((await browser.visit(({ id }) => id)) === id).toBe(false);
    });
  });

  test("can be saved, locked and given a new id by the request that was late", async () => {
    for (const work of [
      (session: Session) => session.save(),
      (session: Session) => session.lock().then((lock) => lock.unlock()),
      (session: Session) => session.regenerate(),
    ]) {
      const whole = scene(extra);
      await whole.browser.start({ user: "ada" });
      const slow = await whole.browser.begin();
      await moves[0]![1](whole);
      await work(slow.session);
      whole.browser.answered(slow.cookies);
      expect(await whole.browser.data()).toEqual({ user: "ada" });
      expect(await whole.sessions.list("ada")).toHaveLength(1);
    }
  });

  test.each(moves)("is ended by revokeAll() though it is %s meanwhile", async (_, move) => {
    const whole = scene(extra);
    const { browser, sessions, store } = whole;
    await browser.start({ user: "ada" });
    const { list } = store;
    store.list = async function* (subject) {
      const listed: StoredEntry[] = [];
      for await (const entry of list!(subject)) listed.push(entry);
      await move(whole);
      yield* listed;
    };
    expect(await sessions.revokeAll("ada")).toBe(1);
    expect(await browser.data()).toEqual({});
  });

  test("is ended by revokeAll() where its record was sealed with a newer key", async () => {
    const whole = scene(extra);
    await whole.browser.start({ user: "ada" });
    const older = whole.release({ ...extra, encryptKey: "another, which the fleet had until today" });
    expect(await older.sessions.list("ada")).toEqual([]);
    expect(await older.sessions.revokeAll("ada")).toBe(1);
    expect(await whole.browser.data()).toEqual({});
  });

  test.each(["revoke-oldest", "reject"] as const)(
    "counts once while it gets another id: with a limit and %s nobody is turned out",
    async (onLimit) => {
      const whole = scene({ ...extra, maxPerSubject: 2, onLimit });
      const { browser, sessions, store } = whole;
      await browser.start({ user: "ada" });
      const { set } = store;
      let signIn: Promise<unknown> | undefined;
      store.set = async (key, record, when) => {
        const version = await set(key, record, when);
        // The new record is there, and the old one still is.
        if (when === "absent" && !signIn) {
          const other = await sessions.getSession(fakeCookies({}, whole));
          other.data["user"] = "ada";
          signIn = other.save();
          await signIn;
        }
        return version;
      };
      await moves[1]![1](whole);
      await signIn;
      expect(await browser.data()).toEqual({ user: "ada" });
      expect(await sessions.list("ada")).toHaveLength(2);
    },
  );

  test("that has the instants of another is another: two servers may sign somebody in at the same moment", async () => {
    const { browser, sessions, store } = scene({ subject: extra.subject });
    const id = await browser.start({ user: "ada" });
    const { version: _, ...record } = (await store.get(id))!;
    await store.set("A".repeat(43), record, "absent");
    await browser.visit((session) => session.regenerate());
    expect(await sessions.list("ada")).toHaveLength(2);
    expect(await sessions.revokeAll("ada")).toBe(2);
  });

  test("whose store never holds a condition ends the attempt to give it another id", async () => {
    const { browser, store } = scene(extra);
    await browser.start({ user: "ada" });
    const { set } = store;
    store.set = async (key, record, when) => (typeof when === "object" ? false : set(key, record, when));
    await browser.visit(async (session) => {
      await expect(session.regenerate()).rejects.toThrow(ConflictError);
      expect(session.data).toEqual({ user: "ada" });
    });
  }, 20_000);
});
