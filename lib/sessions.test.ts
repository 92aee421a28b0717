import { describe, expect, test } from "vitest";
import { NotSupportedError } from "./errors.ts";
import { cookieKind, kinds, memoryKind, SECRET, storeKinds } from "./session/kinds.testing.ts";
import { createSessions } from "./sessions.ts";
import { memoryStore } from "./stores/memory.ts";
import type { SessionStore } from "./stores/store.ts";
import { fakeCookies } from "./testing/fake-cookies.ts";

describe.each(kinds)("sessions of kind $name", ({ name, scene }) => {
  test("have members that may be taken out of the object", async () => {
    const { sessions } = scene();
    const { getSession, remaining, describePolicy, purgeExpired, middleware, proxy } = sessions;
    const cookies = fakeCookies();
    const session = await getSession(cookies);
    await session.save();
    expect(await remaining(cookies)).toBeNull();
    expect(describePolicy().kind).toBe(name === "cookie" ? "cookie" : "store");
    expect(await purgeExpired()).toBe(0);
    expect(middleware).toBe(proxy);
  });

  test.each([null, "cookie", 7, {}, new Headers(), new Request("https://example.com/")])(
    "refuse %o as something that carries cookies",
    async (carrier) => {
      const { sessions } = scene();
      await expect(sessions.getSession(carrier as never)).rejects.toThrow(TypeError);
      await expect(sessions.remaining(carrier as never)).rejects.toThrow(TypeError);
    },
  );

  test("accept a promise of cookies: people forget to await cookies()", async () => {
    const { browser, sessions } = scene();
    await browser.start({ a: 1 });
    const cookies = browser.request();
    const session = await sessions.getSession(Promise.resolve(cookies) as never);
    expect(session.data).toEqual({ a: 1 });
    expect(await sessions.getSession(cookies)).toBe(session);
  });

  test("work over one Request with a Response, and with Headers", async () => {
    const { sessions } = scene();
    const response = new Response();
    const first = await sessions.getSession(new Request("https://example.com/"), response);
    first.data["a"] = 1;
    await first.save();
    const [line] = response.headers.getSetCookie();
    const request = new Request("https://example.com/", { headers: { cookie: line?.split(";")[0] ?? "" } });
    const again = await sessions.getSession(request, new Headers());
    expect(again.data).toEqual({ a: 1 });
    expect(await sessions.getSession(request, new Headers())).toBe(again);
  });

  test("do not count a prefetch as an access", async () => {
    const { browser, sessions, clock, happened } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    happened();
    clock.advance(300);
    const cookie = `beaker.session.id=${browser.value()}`;
    for (const header of ["next-router-prefetch", "purpose", "sec-purpose", "x-next-beaker-prefetch"]) {
      const headers = new Headers();
      const request = new Request("https://example.com/", { headers: { cookie, [header]: "prefetch" } });
      expect((await sessions.getSession(request, headers)).data).toEqual({ a: 1 });
      expect([header, headers.getSetCookie()]).toEqual([header, []]);
    }
    expect(new Set(happened())).toEqual(new Set(["loaded"]));
  });

  test("say what they are, as data and as text", () => {
    const { sessions } = scene({
      timeout: 1800,
      absoluteTimeout: 43_200,
      cookieExpires: 600,
      secure: true,
      sameSite: "strict",
    });
    const policy = sessions.describePolicy();
    expect(policy).toMatchObject({
      store: name === "cookie" ? null : name,
      timeout: 1800,
      absoluteTimeout: 43_200,
      touchInterval: 60,
      sealedRecords: false,
      cookie: {
        name: "__Host-beaker.session.id",
        path: "/",
        domain: null,
        secure: true,
        httpOnly: true,
        sameSite: "strict",
        partitioned: false,
        expires: 600,
        maxBytes: 4096,
      },
    });
    for (const word of [
      "1800 s",
      "43200 s",
      "__Host-beaker.session.id",
      "HttpOnly",
      "Secure",
      "SameSite=strict",
      "4096",
    ]) {
      expect(policy.text).toContain(word);
    }
    expect(JSON.stringify(policy)).not.toContain(SECRET);
  });
});

describe.each(storeKinds)("sessions in $name", ({ scene, removesExpired }) => {
  describe("getById", () => {
    test("finds a session without its cookie, and does not count as an access", async () => {
      const { browser, sessions, clock, happened, store } = scene({ timeout: 600 });
      const id = await browser.start({ a: 1 });
      clock.advance(300);
      happened();
      store.asked();
      const found = await sessions.getById(id);
      expect([found?.id, found?.data, found?.isNew]).toEqual([id, { a: 1 }, false]);
      expect([happened(), store.asked()]).toEqual([["loaded"], ["get"]]);
    });

    test("can change, and end, what it finds", async () => {
      const { browser, sessions } = scene();
      const id = await browser.start({ a: 1 });
      const found = await sessions.getById(id);
      found!.data["b"] = 2;
      await found!.save();
      expect(await browser.data()).toEqual({ a: 1, b: 2 });
      await found!.delete();
      expect(await browser.data()).toEqual({});
    });

    test("is null for what is absent, expired, replaced or no id at all, and asks the store for none of the last", async () => {
      const { browser, sessions, clock, store } = scene({ timeout: 60 });
      const old = await browser.start({ a: 1 });
      const id = await browser.visit(async (session) => {
        await session.regenerate();
        return session.id;
      });
      expect(await sessions.getById(old)).toBeNull();
      expect(await sessions.getById("A".repeat(43))).toBeNull();
      clock.advance(120);
      expect(await sessions.getById(id)).toBeNull();
      store.asked();
      for (const odd of [
        "",
        "../../etc/passwd",
        "A".repeat(44),
        `${"A".repeat(42)}\n`,
        null,
        undefined,
        7,
        {},
      ]) {
        expect(await sessions.getById(odd as string)).toBeNull();
        expect(await sessions.revoke(odd as string)).toBe(false);
      }
      expect(store.asked()).toEqual([]);
    });

    test("does not take the bearer token, nor the cookie's value, for an id", async () => {
      const { browser, sessions } = scene();
      await browser.start({ a: 1 });
      const value = browser.value() ?? "";
      const token = Buffer.from(value, "base64url").subarray(2, 34).toString("base64url");
      expect(await sessions.getById(value)).toBeNull();
      expect(await sessions.getById(token)).toBeNull();
    });
  });

  test("revoke ends one session, once, wherever it is used", async () => {
    const { browser, sessions, happened } = scene();
    const id = await browser.start({ a: 1 });
    expect(await sessions.revoke(id)).toBe(true);
    expect(await sessions.revoke(id)).toBe(false);
    happened();
    await browser.visit((session) => expect(session.isNew).toBe(true));
    expect(happened()).toEqual(["unknown-id"]);
  });

  test("remaining extends nothing, whatever it is asked over", async () => {
    const { browser, sessions, clock, store } = scene({ timeout: 600 });
    await browser.start({ a: 1 });
    clock.advance(500);
    const cookie = `beaker.session.id=${browser.value()}`;
    const headers = new Headers();
    const request = new Request("https://example.com/", { headers: { cookie } });
    store.asked();
    expect(await sessions.remaining(request, headers)).toBe(100);
    expect([store.asked(), headers.getSetCookie()]).toEqual([["get"], []]);
  });

  test("purgeExpired removes what has expired, however much, and nothing else", async () => {
    const { browser, sessions, clock, store, live, purged } = scene({ timeout: 60 });
    for (let count = 0; count < 30; count++) {
      browser.plant("");
      await browser.start({ count });
    }
    clock.advance(3600);
    browser.plant("");
    const id = await browser.start({ last: true });
    await sessions.purgeExpired();
    // It passes over what the one in passing is removing.
    await purged();
    if (removesExpired) return;
    expect([...(await store.records()).keys()]).toEqual([id]);
    expect(await live()).toBe(1);
  });

  test("purge in passing, at most every five minutes", async () => {
    const { browser, clock, store } = scene({ timeout: 60 });
    let pruned = 0;
    store.prune = async () => ++pruned;
    for (const seconds of [0, 100, 100, 100, 1]) {
      clock.advance(seconds);
      browser.plant("");
      await browser.start({});
    }
    expect(pruned).toBe(2);
  });
});

describe("cookie sessions", () => {
  test("cannot be found or revoked by id, and say why and what to do", async () => {
    const { sessions } = cookieKind.scene();
    for (const call of [() => sessions.getById("A".repeat(43)), () => sessions.revoke("A".repeat(43))]) {
      await expect(call()).rejects.toThrow(NotSupportedError);
      await expect(call()).rejects.toThrow(/store.*isRevoked/s);
    }
  });

  test("have nothing to purge or to close", async () => {
    const { sessions } = cookieKind.scene();
    expect(await sessions.purgeExpired()).toBe(0);
    await sessions.close();
  });
});

test("close releases what the store holds", async () => {
  let closed = 0;
  const store: SessionStore = { ...memoryStore({ name: "closing" }), close: async () => void closed++ };
  await createSessions({ secret: SECRET, store }).close();
  expect(closed).toBe(1);
});

test("a store that cannot purge says so", async () => {
  const { sessions, store } = memoryKind.scene();
  delete (store as { prune?: unknown }).prune;
  await expect(sessions.purgeExpired()).rejects.toThrow(NotSupportedError);
});

test("two createSessions over one store and secret share their sessions; another name shares none", async () => {
  const store = memoryStore({ name: "shared by two" });
  const [one, two] = [createSessions({ secret: SECRET, store }), createSessions({ secret: SECRET, store })];
  const cookies = fakeCookies();
  const session = await one.getSession(cookies);
  session.data["a"] = 1;
  await session.save();
  expect((await two.getSession(cookies.nextRequest())).data).toEqual({ a: 1 });
  const other = createSessions({ secret: SECRET, store, key: "other" });
  const renamed = fakeCookies({ other: cookies.get("beaker.session.id")?.value ?? "" });
  expect((await other.getSession(renamed)).isNew).toBe(true);
});
