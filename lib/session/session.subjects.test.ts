import { describe, expect, test } from "vitest";
import { NotSupportedError, SubjectLimitError } from "../errors.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { cookieKind, type Extra, memoryKind, storeKinds } from "./kinds.testing.ts";

interface User {
  userId?: string;
  device?: string;
}

const bySubject: Extra<User> = { subject: (data) => data.userId };

describe.each(storeKinds)("the sessions of a subject in $name", ({ scene }) => {
  /** As many browsers as one likes, over one store. */
  const place = (extra: Extra<User> = {}) => {
    const whole = scene<User>({ ...bySubject, ...extra });
    const signIn = async (userId: string, device: string) => {
      const cookies = fakeCookies({}, whole);
      const session = await whole.sessions.getSession(cookies);
      Object.assign(session.data, { userId, device });
      await session.save();
      return { cookies, session, id: session.id };
    };
    const devices = async (userId = "ada") =>
      (await whole.sessions.list(userId)).map(({ data }) => data.device);
    return { ...whole, signIn, devices };
  };

  describe("listed", () => {
    test("are all of that subject's and nobody else's, oldest sign-in first", async () => {
      const { signIn, devices, clock } = place();
      await signIn("ada", "phone");
      await signIn("grace", "laptop");
      clock.advance(1);
      await signIn("ada", "tablet");
      expect(await devices()).toEqual(["phone", "tablet"]);
      expect(await devices("grace")).toEqual(["laptop"]);
      expect(await devices("nobody")).toEqual([]);
      expect(await devices("")).toEqual([]);
    });

    test("come with id, times and data, and are not accessed by it", async () => {
      const { signIn, sessions, clock, happened } = place({ timeout: 600 });
      const created = clock();
      const { id } = await signIn("ada", "phone");
      clock.advance(30);
      happened();
      const expected = {
        id,
        created,
        since: created,
        lastAccessed: created,
        expiresAt: created + 600_000,
        data: { userId: "ada", device: "phone" },
      };
      expect(await sessions.list("ada")).toEqual([expected]);
      expect(await sessions.list("ada")).toEqual([expected]);
      expect(happened()).toEqual([]);
    });

    test("are those that signed in within one millisecond in their order as well", async () => {
      const { signIn, devices } = place();
      const names = Array.from({ length: 12 }, (_, index) => `device ${index}`);
      for (const name of names) await signIn("ada", name);
      expect(await devices()).toEqual(names);
    });

    test("tell a session that signed in late by its sign-in, however long it was there before", async () => {
      const { sessions, signIn, devices, clock, browser } = place();
      const created = clock();
      await browser.start({ device: "early visitor" });
      clock.advance(10);
      await signIn("ada", "phone");
      clock.advance(10);
      await browser.visit(async (session) => {
        session.data.userId = "ada";
        await session.save();
      });
      expect(await devices()).toEqual(["phone", "early visitor"]);
      expect((await sessions.list("ada"))[1]).toMatchObject({ created, since: created + 20_000 });
      // Neither another save nor another id is another sign-in.
      clock.advance(10);
      await browser.visit(async (session) => {
        session.data.device = "still there";
        await session.save();
        await session.regenerate();
      });
      expect((await sessions.list("ada"))[1]).toMatchObject({ created, since: created + 20_000 });
    });

    test("leave out what has expired, was ended, or has signed out or over to somebody else", async () => {
      const { signIn, devices, sessions, clock } = place({ timeout: 100 });
      await signIn("ada", "expires");
      clock.advance(60);
      const ended = await signIn("ada", "ends");
      const leaves = await signIn("ada", "leaves");
      const changes = await signIn("ada", "changes");
      const revoked = await signIn("ada", "revoked");
      expect(await devices()).toEqual(["expires", "ends", "leaves", "changes", "revoked"]);
      clock.advance(60);
      await ended.session.delete();
      delete leaves.session.data.userId;
      await leaves.session.save();
      changes.session.data.userId = "grace";
      await changes.session.save();
      await sessions.revoke(revoked.id);
      expect(await devices()).toEqual([]);
      expect(await devices("grace")).toEqual(["changes"]);
    });

    test("know a session by its newest id alone", async () => {
      const { signIn, sessions } = place();
      const { session, id } = await signIn("ada", "phone");
      await session.regenerate();
      expect((await sessions.list("ada")).map((info) => info.id)).toEqual([session.id]);
      expect(session.id).not.toBe(id);
    });
  });

  describe("revoked all at once", () => {
    test("are ended on every device, each with its event; others' stay", async () => {
      const { signIn, sessions, events, devices } = place();
      const phone = await signIn("ada", "phone");
      const tablet = await signIn("ada", "tablet");
      const other = await signIn("grace", "laptop");
      expect(await sessions.revokeAll("ada")).toBe(2);
      const deleted = events.filter(({ type }) => type === "deleted").map(({ id }) => id);
      expect(deleted.toSorted()).toEqual([phone.id, tablet.id].toSorted());
      for (const { cookies } of [phone, tablet]) {
        expect((await sessions.getSession(cookies.nextRequest())).isNew).toBe(true);
      }
      expect((await sessions.getSession(other.cookies.nextRequest())).isNew).toBe(false);
      expect([await devices(), await devices("grace")]).toEqual([[], ["laptop"]]);
      expect(await sessions.revokeAll("ada")).toBe(0);
    });

    test("but one are those but that", async () => {
      const { signIn, sessions, devices } = place();
      await signIn("ada", "phone");
      const { session } = await signIn("ada", "tablet");
      await signIn("ada", "watch");
      expect(await sessions.revokeAll("ada", { except: session.id })).toBe(2);
      expect(await devices()).toEqual(["tablet"]);
      session.data.device = "tablet, later";
      await session.save();
      expect(await devices()).toEqual(["tablet, later"]);
    });

    test("refuse a save of a request that was under way", async () => {
      const { signIn, sessions, devices } = place();
      const { session } = await signIn("ada", "phone");
      session.data.device = "late";
      await sessions.revokeAll("ada");
      await expect(session.save()).rejects.toMatchObject({ code: "ERR_GONE" });
      expect(await devices()).toEqual([]);
    });
  });

  describe("limited with maxPerSubject", () => {
    test("end the oldest sign-in at one too many, and say why", async () => {
      const { signIn, devices, events, sessions } = place({ maxPerSubject: 2 });
      const first = await signIn("ada", "one");
      await signIn("ada", "two");
      await signIn("grace", "hers");
      expect(events.filter(({ type }) => type === "deleted")).toEqual([]);
      await signIn("ada", "three");
      expect(await devices()).toEqual(["two", "three"]);
      expect(await devices("grace")).toEqual(["hers"]);
      expect(events.filter(({ type }) => type === "deleted")).toEqual([
        expect.objectContaining({ id: first.id, reason: "limit" }),
      ]);
      expect((await sessions.getSession(first.cookies.nextRequest())).isNew).toBe(true);
    });

    test("or refuse it, and nothing is written", async () => {
      const { signIn, devices, sessions, live, store } = place({ maxPerSubject: 2, onLimit: "reject" });
      const first = await signIn("ada", "one");
      await signIn("ada", "two");
      store.asked();
      await expect(signIn("ada", "three")).rejects.toThrow(SubjectLimitError);
      await expect(signIn("ada", "three")).rejects.toMatchObject({ code: "ERR_SUBJECT_LIMIT" });
      expect(store.asked().filter((call) => call.startsWith("set"))).toEqual([]);
      expect([await devices(), await live()]).toEqual([["one", "two"], 2]);
      await sessions.revoke(first.id);
      await signIn("ada", "three");
      expect(await devices()).toEqual(["two", "three"]);
    });

    test.each(["revoke-oldest", "reject"] as const)(
      "(%s) do not count a session twice that is saved again or changes its id",
      async (onLimit) => {
        const { signIn, devices } = place({ maxPerSubject: 1, onLimit });
        const { session } = await signIn("ada", "one");
        session.data.device = "same";
        await session.save();
        await session.regenerate();
        session.data.device = "same again";
        await session.save();
        expect(await devices()).toEqual(["same again"]);
      },
    );

    test("count a session that passes to another subject there", async () => {
      const { signIn, devices } = place({ maxPerSubject: 1, onLimit: "reject" });
      const { session } = await signIn("ada", "one");
      await signIn("grace", "hers");
      session.data.userId = "grace";
      await expect(session.save()).rejects.toThrow(SubjectLimitError);
      expect([await devices(), await devices("grace")]).toEqual([["one"], ["hers"]]);
    });

    test("do not count what has expired", async () => {
      const { signIn, devices, clock } = place({ maxPerSubject: 1, onLimit: "reject", timeout: 100 });
      await signIn("ada", "one");
      clock.advance(200);
      await signIn("ada", "two");
      expect(await devices()).toEqual(["two"]);
    });

    test.each(["revoke-oldest", "reject"] as const)(
      "(%s) hold however many sign in at once",
      async (onLimit) => {
        const { signIn, devices } = place({ maxPerSubject: 3, onLimit });
        const all = await Promise.allSettled(
          Array.from({ length: 10 }, (_, index) => signIn("ada", `device ${index}`)),
        );
        expect((await devices()).length).toBe(3);
        const done = all.filter(({ status }) => status === "fulfilled").length;
        expect(done).toBe(onLimit === "reject" ? 3 : 10);
      },
    );
  });

  test("say no word of the subject in the store's own key for it", async () => {
    const { signIn, store } = place();
    await signIn("ada@example.com", "phone");
    const [record] = [...(await store.records()).values()];
    expect(record?.subject).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(record?.subject).not.toContain("ada");
  });
});

test("without `subject`, and for cookie sessions, list() and revokeAll() say what to do instead", async () => {
  for (const { sessions } of [memoryKind.scene(), cookieKind.scene()]) {
    for (const call of [() => sessions.list("ada"), () => sessions.revokeAll("ada")]) {
      await expect(call()).rejects.toThrow(NotSupportedError);
      await expect(call()).rejects.toMatchObject({ code: "ERR_NOT_SUPPORTED" });
    }
  }
});
