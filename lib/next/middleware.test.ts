import { NextRequest, NextResponse } from "next/server.js";
import { describe, expect, test } from "vitest";
import { COOKIE, type Extra, kinds, SECRET, storeKinds } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { passedOn, run, toLogin, URL_ } from "./middleware.testing.ts";
import type { MiddlewareOptions } from "./middleware.ts";

describe.each(kinds)("middleware over a $name session", ({ name, scene }) => {
  test("lets a fresh session pass and writes nothing", async () => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    const { response, lines } = await run(here);
    expect(response.headers.get("x-middleware-next")).toBe("1");
    expect([lines, response.headers.get("cache-control")]).toEqual([[], null]);
    expect(passedOn(response)).toContain(here.browser.value());
  });

  test("refreshes a session when due: on the request that is passed on, and in the browser, uncached", async () => {
    const here = scene({ timeout: 600, cookieExpires: 600 });
    await here.browser.start({ a: 1 });
    const old = here.browser.value() ?? "";
    here.clock.advance(300);
    const { response, line, request } = await run(here);
    const fresh = request.cookies.get(COOKIE)?.value ?? "";
    expect(fresh).not.toBe(old);
    expect(line).toContain(`${COOKIE}=${fresh}`);
    expect(line).toMatch(/Max-Age=600.*HttpOnly/);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    // A route handler sees only these; a component and an action see x-middleware-set-cookie as well.
    expect(response.headers.get("x-middleware-override-headers")?.split(",")).toContain("cookie");
    expect(passedOn(response)).toBe(`${COOKIE}=${fresh}`);
    expect(response.headers.get("x-middleware-set-cookie")).toContain(fresh);
  });

  test("keeps a session alive that is used in time, and not longer", async () => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    for (let visit = 0; visit < 5; visit++) {
      here.clock.advance(500);
      const { request, response } = await run(here);
      expect(response.headers.get("x-middleware-next")).toBe("1");
      here.browser.plant(request.cookies.get(COOKIE)?.value ?? "");
    }
    here.clock.advance(700);
    const seen: string[] = [];
    await run(here, { onExpired: (_, reason) => void seen.push(reason) });
    expect(seen).toEqual(["idle"]);
  });

  test.each([
    ["idle", { timeout: 60 }],
    ["absolute", { absoluteTimeout: 60 }],
  ])(
    "answers an expired session through onExpired, reason %s, and expires its cookie everywhere",
    async (reason, limits) => {
      const here = scene(limits);
      await here.browser.start({ a: 1 });
      here.clock.advance(120);
      const { response, line, request } = await run(here, { onExpired: toLogin });
      expect(response.status).toBe(307);
      expect(response.headers.get("location")).toBe(`https://example.com/login?reason=${reason}`);
      expect(line).toMatch(/^beaker\.session\.id=;.*(Max-Age=0|1970)/);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
      expect(request.cookies.get(COOKIE)).toBeUndefined();
    },
  );

  test("answers a forged cookie as `invalid`", async () => {
    const here = scene();
    here.browser.plant("forged");
    const { response, line } = await run(here, { onExpired: toLogin });
    expect(response.headers.get("location")).toContain("reason=invalid");
    expect(line).toMatch(/Max-Age=0|1970/);
  });

  test("answers a forged cookie where corrupt sessions are errors too, and drops it", async () => {
    const here = scene({ invalidateCorrupt: false });
    here.browser.plant("forged");
    const { response, line, request } = await run(here, { onExpired: toLogin });
    expect(response.headers.get("location")).toContain("reason=invalid");
    expect(line).toMatch(/Max-Age=0|1970/);
    expect(request.cookies.get(COOKIE)).toBeUndefined();
    expect(here.happened()).toEqual(["corrupt"]);
  });

  // Its data would be lost with the cookie, and that option is for those who want to see it.
  test("does not answer a session whose data cannot be read where that is an error", async () => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const schema = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) },
    };
    const strict = here.release({ invalidateCorrupt: false, schema } as Extra);
    await expect(run(strict, { onExpired: toLogin })).rejects.toThrow("does not fit the schema");
    expect(await here.browser.data()).toEqual({ a: 1 });
  });

  test("answers a session that isRevoked refuses as `revoked`", async () => {
    const here = scene({ isRevoked: () => true });
    await here.browser.start({ a: 1 });
    const { response, line } = await run(here, { onExpired: toLogin });
    expect(response.headers.get("location")).toContain("reason=revoked");
    expect(line).toMatch(/Max-Age=0|1970/);
  });

  test("asks onMissing where there is no session, and after an onExpired that does not answer", async () => {
    const here = scene({ timeout: 60 });
    const onMissing = () => new Response("sign in", { status: 401 });
    const missing = await run(here, { onExpired: toLogin, onMissing });
    expect([missing.response.status, missing.lines]).toEqual([401, []]);
    await here.browser.start({ a: 1 });
    here.clock.advance(120);
    const expired = await run(here, { onExpired: () => undefined, onMissing });
    expect(expired.response.status).toBe(401);
    expect(expired.line).toMatch(/Max-Age=0|1970/);
  });

  test("goes on where nobody answers, without the dead cookie", async () => {
    const here = scene({ timeout: 60 });
    await here.browser.start({ a: 1 });
    here.clock.advance(120);
    const { response } = await run(here);
    expect(response.headers.get("x-middleware-next")).toBe("1");
    expect(passedOn(response) ?? "").not.toContain(COOKIE);
  });

  test("asks nobody about a live session", async () => {
    const here = scene();
    await here.browser.start({ a: 1 });
    const fail = () => { throw new Error("asked"); }; // biome-ignore format: one line
    expect(
      (await run(here, { onExpired: fail, onMissing: fail })).response.headers.get("x-middleware-next"),
    ).toBe("1");
  });

  test.each([
    ["next-router-prefetch", "1"],
    ["purpose", "prefetch"],
    ["sec-purpose", "prefetch;prerender"],
    ["x-action-redirect", "/account;push"],
  ])("writes nothing for a request with %s, and still checks it", async (header, value) => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    here.clock.advance(300);
    const live = await run(here, {}, { [header]: value });
    expect([live.lines, live.response.headers.get("cache-control")]).toEqual([[], null]);
    here.clock.advance(3000);
    const { response, lines } = await run(here, { onExpired: toLogin }, { [header]: value });
    expect([response.headers.get("location"), lines]).toEqual(["https://example.com/login?reason=idle", []]);
  });

  test("marks a prefetch for what comes after it, where Next hides its own headers", async () => {
    const here = scene();
    const { response } = await run(here, {}, { "next-router-prefetch": "1" });
    expect(response.headers.get("x-middleware-request-x-next-beaker-prefetch")).toBe("1");
  });

  test("gives its handler the session, or null", async () => {
    const here = scene();
    const seen: unknown[] = [];
    const handler: MiddlewareOptions["handler"] = (_, session) => void seen.push(session?.id ?? session);
    await run(here, { handler });
    const id = await here.browser.start({ a: 1 });
    await run(here, { handler });
    expect(seen).toEqual([null, id]);
  });

  test.each<[string, () => Response]>([
    ["NextResponse.next()", () => NextResponse.next()],
    ["NextResponse.rewrite()", () => NextResponse.rewrite(new URL("/other", URL_))],
    ["NextResponse.redirect()", () => NextResponse.redirect(new URL("/other", URL_))],
    ["NextResponse.json()", () => NextResponse.json({ ok: true })],
    ["a plain Response", () => new Response("ok")],
    [
      "Response.redirect(), whose headers cannot be changed",
      () => Response.redirect("https://example.com/other", 303),
    ],
    ["Response.json()", () => Response.json({ ok: true })],
  ])("puts the refreshed cookie on %s of its handler", async (_, answer) => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    here.clock.advance(300);
    const given = answer();
    const { response, lines, request } = await run(here, { handler: () => given });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(request.cookies.get(COOKIE)?.value);
    expect([response.status, response.headers.get("location")]).toEqual([
      given.status,
      given.headers.get("location"),
    ]);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  test("keeps the application's own cookies, however they were set", async () => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    here.clock.advance(300);
    const handler = () => {
      const response = NextResponse.next();
      response.cookies.set("known", "1");
      response.headers.append("set-cookie", "appended=2; Path=/");
      return response;
    };
    const { response } = await run(here, { handler });
    const names = response.headers.getSetCookie().map((line) => line.slice(0, line.indexOf("=")));
    expect(names.toSorted()).toEqual(["appended", COOKIE, "known"].toSorted());
  });

  test("passes on what a handler throws", async () => {
    const here = scene();
    await expect(run(here, { handler: () => { throw new Error("mine"); } })).rejects.toThrow("mine"); // biome-ignore format: one line
  });

  test("composes: one inside another refreshes both, on the request and in the browser", async () => {
    const here = scene({ timeout: 600 });
    const other = scene({ timeout: 600, key: "other" });
    await here.browser.start({ a: 1 });
    await other.browser.start({ b: 1 });
    for (const { clock } of [here, other]) clock.advance(300);
    const cookie = `${COOKIE}=${here.browser.value()}; other=${other.browser.value("other")}`;
    const request = new NextRequest(URL_, { headers: { cookie } });
    const response = await here.sessions.middleware({ handler: other.sessions.middleware() })(request);
    for (const key of [COOKIE, "other"]) {
      const fresh = request.cookies.get(key)?.value ?? "";
      expect(cookie).not.toContain(fresh);
      expect(
        response.headers.getSetCookie().filter((line) => line.startsWith(`${key}=${fresh}`)),
      ).toHaveLength(1);
      expect(passedOn(response)).toContain(`${key}=${fresh}`);
    }
  });

  // The browser drops a cookie only by the path and domain it was set with.
  test("expires the cookie of a session with its own path by that path", async () => {
    const here = scene({ timeout: 60 });
    await here.browser.visit(async (session) => {
      session.path = "/account";
      await session.save();
    });
    here.clock.advance(120);
    expect((await run(here)).line).toContain("Path=/account");
  });

  test(`moves the session's own clock (${name})`, async () => {
    const here = scene({ timeout: 600 });
    await here.browser.start({ a: 1 });
    here.clock.advance(300);
    const { request } = await run(here);
    here.browser.plant(request.cookies.get(COOKIE)?.value ?? "");
    await here.browser.visit((session) => expect(session.lastAccessed).toBe(here.clock()));
  });
});

describe.each(storeKinds)("middleware over a session in $name that was signed out elsewhere", ({ scene }) => {
  test("says `revoked`", async () => {
    const here = scene();
    const id = await here.browser.start({ a: 1 });
    await here.sessions.revoke(id);
    expect((await run(here, { onExpired: toLogin })).response.headers.get("location")).toContain(
      "reason=revoked",
    );
  });
});

describe("the options of middleware", () => {
  const sessions = createSessions({ secret: SECRET, type: "cookie" });

  test.each<[option: string, options: object, words: string]>([
    ["onExpird", { onExpird: () => undefined }, "Unknown option `onExpird`. Did you mean `onExpired`?"],
    ["toString", { toString: () => "" }, "Unknown option `toString`"],
    ["onExpired", { onExpired: "/login" }, "onExpired must be a function; got a string of 6 characters."],
    ["onMissing", { onMissing: null }, "onMissing must be a function; got null."],
    ["handler", { handler: new Response() }, "handler must be a function; got a"],
  ])("are checked at start: %s", (option, options, words) => {
    for (const make of [sessions.middleware, sessions.proxy]) {
      expect(() => make(options as MiddlewareOptions)).toThrow(
        expect.objectContaining({ option, name: "ConfigError" }),
      );
      expect(() => make(options as MiddlewareOptions)).toThrow(words);
    }
  });

  test("may be absent, each of them and all", () => {
    for (const options of [
      undefined,
      {},
      { onExpired: undefined, onMissing: undefined, handler: undefined },
    ]) {
      expect(sessions.middleware(options as MiddlewareOptions)).toBeTypeOf("function");
    }
  });
});
