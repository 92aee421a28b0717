import { describe, expect, test } from "vitest";
import { ReadonlySessionError, StoreUnavailableError } from "../errors.ts";
import { COOKIE, kinds, type Scene, storeKinds } from "../session/kinds.testing.ts";
import type { Session } from "../session/session.ts";
import { cookies, nextScope } from "./request.testing.ts";

const cookieOf = ({ browser }: Scene) => `${COOKIE}=${browser.value()}`;

describe.each(kinds)("getSession() in Next.js, for a $name session", ({ name, scene }) => {
  test("is one object in the whole of a handler, and reads its own writes", async () => {
    const { sessions } = scene();
    const request = nextScope();
    await request.act(async () => {
      const [session, same] = await Promise.all([sessions.getSession(), sessions.getSession()]);
      expect(same).toBe(session);
      session.data["a"] = 1;
      await session.save();
      expect(await sessions.getSession()).toBe(session);
      expect((await cookies()).get(COOKIE)?.value).toBeTruthy();
    });
    expect(request.lines).toHaveLength(1);
    expect(request.lines[0]).toMatch(/^beaker\.session\.id=.*HttpOnly/);
  });

  test.each([
    ["before", true],
    ["after", false],
  ])("is the same by `await cookies()`, asked for %s the other", async (_, cookiesFirst) => {
    const { sessions, browser } = scene();
    const request = nextScope();
    const byCookies = async () => sessions.getSession(await cookies());
    const acted = await request.act(async () => {
      const first = await (cookiesFirst ? byCookies() : sessions.getSession());
      expect(await (cookiesFirst ? sessions.getSession() : byCookies())).toBe(first);
      first.data["a"] = 1;
      await first.save();
      return first;
    });
    await request.render(async () => expect(await byCookies()).toBe(acted));
    // Somebody else's cookie store is nobody's but its own, in a request or out of it.
    const other = Object.assign(browser.request(), { has: () => false });
    await request.act(async () => expect(await sessions.getSession(other)).not.toBe(acted));
    expect((await sessions.getSession(Object.assign(browser.request(), { has: () => false }))).isNew).toBe(
      true,
    );
  });

  test("is the action's object in the render after it, and in after()", async () => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const request = nextScope(cookieOf(here));
    here.happened();
    const acted = await request.act(async () => {
      const session = await here.sessions.getSession();
      session.data["a"] = 2;
      await session.regenerate();
      await session.save();
      return session;
    });
    for (const phase of ["render", "after"] as const) {
      await request[phase](async () => {
        const session = await here.sessions.getSession();
        expect(session).toBe(acted);
        expect(session.data).toEqual({ a: 2 });
      });
    }
    expect(here.happened()).toEqual(["loaded", "regenerated", "saved"]);
  });

  test("shows the render after a delete() that there is none", async () => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const request = nextScope(cookieOf(here));
    await request.act(async () => (await here.sessions.getSession()).delete());
    await request.render(async () => {
      const session = await here.sessions.getSession();
      expect([session.isNew, session.data]).toEqual([true, {}]);
    });
    expect(request.lines.at(-1)).toMatch(/Max-Age=0|1970/);
  });

  test.each<[string, Record<string, unknown>, (session: Session) => Promise<unknown>]>([
    ["of a session that is new", {}, async () => {}],
    ["of one that was found", { a: 1 }, async () => {}],
    ["after a save", { a: 1 }, (session) => session.save()],
    ["after a regenerate()", { a: 1 }, (session) => session.regenerate()],
    ["after a delete()", { a: 1 }, (session) => session.delete()],
    [
      "after an invalidate() that was saved",
      { a: 1 },
      (session) => session.invalidate().then(() => session.save()),
    ],
  ])("keeps what is not saved yet, %s, for who asks for the session again", async (_, data, act) => {
    const here = scene();
    if (data["a"]) await here.browser.start(data);
    await nextScope(data["a"] ? cookieOf(here) : "").act(async () => {
      const session = await here.sessions.getSession();
      session.data["changed"] = true;
      await act(session);
      session.data["unsaved"] = true;
      expect((await here.sessions.getSession()).data["unsaved"]).toBe(true);
    });
  });

  test("reads again when somebody else has changed the cookie in the meantime", async () => {
    const here = scene();
    await here.browser.start({ who: "first" });
    const request = nextScope(cookieOf(here));
    const other = scene();
    await request.act(async () => {
      const session = await here.sessions.getSession();
      expect(session.data).toEqual({ who: "first" });
      const value = await here.browser.visit(async (second, visited) => {
        await second.invalidate();
        second.data["who"] = "second";
        await second.save();
        return visited.get(COOKIE)?.value ?? "";
      });
      (await cookies()).set(COOKIE, value);
      expect(await here.sessions.getSession()).toBe(session);
      expect(session.data).toEqual({ who: "second" });
      (await cookies()).delete(COOKIE);
      expect((await here.sessions.getSession()).data).toEqual({});
    });
    expect(other.events).toEqual([]);
  });

  test("keeps two requests apart that run at the same time", async () => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const [one, two] = [nextScope(cookieOf(here)), nextScope()];
    const [first, second] = await Promise.all([
      one.act(() => here.sessions.getSession()),
      two.act(() => here.sessions.getSession()),
    ]);
    expect(first).not.toBe(second);
    expect([first.data, second.data]).toEqual([{ a: 1 }, {}]);
  });

  test("in a component is read-only: what needs a cookie is a ReadonlySessionError", async () => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const request = nextScope(cookieOf(here));
    await request.render(async () => {
      const session = await here.sessions.getSession();
      expect(session.data).toEqual({ a: 1 });
      await expect(session.delete()).rejects.toThrow(ReadonlySessionError);
      await expect(session.regenerate()).rejects.toThrow(ReadonlySessionError);
      session.data["a"] = 2;
      if (name === "cookie") await expect(session.save()).rejects.toThrow(ReadonlySessionError);
      else await session.save();
    });
    expect(request.lines).toEqual([]);
    expect(await here.browser.data()).toEqual({ a: name === "cookie" ? 1 : 2 });
  });

  test.each(["render", "after"] as const)("kept from the action sets no cookie in %s()", async (phase) => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const request = nextScope(cookieOf(here));
    const session = await request.act(() => here.sessions.getSession());
    await request[phase](async () => {
      session.cookieExpires = 3600;
      await expect(session.save()).rejects.toThrow(ReadonlySessionError);
      await expect(session.delete()).rejects.toThrow(ReadonlySessionError);
    });
    expect(request.lines).toEqual([]);
    expect(await here.browser.data()).toEqual({ a: 1 });
  });

  test("that began in a handler is not called ended in after(), which cannot take its cookie back", async () => {
    const here = scene();
    const request = nextScope();
    await request.act(async () => {
      const session = await here.sessions.getSession();
      session.data["a"] = 1;
      await session.save();
    });
    await request.after(async () => {
      const session = await here.sessions.getSession();
      expect(session.data).toEqual({ a: 1 });
      await expect(session.delete()).rejects.toThrow(ReadonlySessionError);
    });
    here.browser.plant(/=([^;]+)/.exec(request.lines[0] ?? "")?.[1] ?? "");
    expect(await here.browser.data()).toEqual({ a: 1 });
  });

  test("is in after() the one that the handler found, not one that the request came with before", async () => {
    const here = scene();
    await here.browser.start({ who: "first" });
    const request = nextScope(cookieOf(here));
    here.browser.plant("");
    await here.browser.start({ who: "second" });
    const value = here.browser.value() ?? "";
    await request.act(async () => {
      (await cookies()).set(COOKIE, value);
      expect((await here.sessions.getSession()).data).toEqual({ who: "second" });
    });
    await request.after(async () => {
      expect((await here.sessions.getSession()).data).toEqual({ who: "second" });
    });
  });

  test("in a prefetch is no access", async () => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    here.clock.advance(300);
    here.happened();
    const request = nextScope(cookieOf(here), { "x-next-beaker-prefetch": "1" });
    await request.act(() => here.sessions.getSession());
    expect([here.happened(), request.lines]).toEqual([["loaded"], []]);
  });

  test("remaining() looks without meeting the request's session, and extends nothing", async () => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    here.clock.advance(300);
    here.happened();
    const request = nextScope(cookieOf(here));
    expect(await request.act(() => here.sessions.remaining())).toBe(300);
    expect([here.happened(), request.lines]).toEqual([["loaded"], []]);
  });

  test("outside a request throws what Next throws, untouched", async () => {
    const { sessions } = scene();
    const theirs = await (async () => cookies())().catch((error: unknown) => error);
    const ours = await sessions.getSession().catch((error: unknown) => error);
    expect((ours as Error).message).toBe((theirs as Error).message);
    expect((ours as Error).constructor).toBe((theirs as Error).constructor);
    expect((ours as Error).message).toContain("outside a request scope");
    await expect(sessions.remaining()).rejects.toThrow("outside a request scope");
  });
});

describe.each(storeKinds)("calls of getSession(), for a $name session,", ({ scene }) => {
  test.each<[string, (session: Session) => Promise<unknown>, Record<string, unknown>]>([
    ["first save", (session) => session.save(), {}],
    ["delete()", (session) => session.delete(), { a: 1 }],
    ["regenerate()", (session) => session.regenerate(), { a: 1 }],
  ])("keep what is not saved yet where the store failed during a %s", async (_, act, data) => {
    const here = scene();
    if (data["a"]) await here.browser.start(data);
    await nextScope(data["a"] ? cookieOf(here) : "").act(async () => {
      const session = await here.sessions.getSession();
      session.data["unsaved"] = true;
      here.store.fails = () => "before";
      await expect(act(session)).rejects.toThrow(StoreUnavailableError);
      here.store.fails = () => undefined;
      expect((await here.sessions.getSession()).data["unsaved"]).toBe(true);
    });
  });
});

describe.each(storeKinds)(
  "getSession() in Next.js, for a $name session that could not be read",
  ({ scene }) => {
    test.each(["at once", "after a while"])("(%s) reads it again when it is next asked for", async (when) => {
      const here = scene();
      await here.browser.start({ a: 1 });
      const { get } = here.store;
      here.store.get = async () => {
        if (when === "after a while") await new Promise(setImmediate);
        throw new Error("connection refused");
      };
      await nextScope(cookieOf(here)).act(async () => {
        const both = [here.sessions.getSession(), here.sessions.getSession()];
        await Promise.all(both.map((session) => expect(session).rejects.toThrow(StoreUnavailableError)));
        here.store.get = get;
        expect((await here.sessions.getSession()).data).toEqual({ a: 1 });
      });
    });
  },
);
