import { NextRequest, NextResponse } from "next/server.js";
import { describe, expect, test } from "vitest";
import { COOKIE, storeKinds } from "../session/kinds.testing.ts";
import { passedOn, run, URL_ } from "./middleware.testing.ts";

const EVERY = 600;
const GRACE = 10;

describe.each(storeKinds)("middleware on Node.js over a session in $name with rotateEvery", ({ scene }) => {
  /** A session whose id is due. */
  async function due() {
    const whole = scene({ rotateEvery: EVERY, graceSeconds: GRACE });
    const id = await whole.browser.start({ a: 1 });
    const cookie = whole.browser.value() ?? "";
    whole.clock.advance(EVERY);
    whole.happened();
    return { ...whole, id, cookie };
  }

  /** What whoever answers the request finds by the cookie that middleware passed on to it. */
  async function found(here: Awaited<ReturnType<typeof due>>, response: Response) {
    const request = new NextRequest(URL_, { headers: { cookie: passedOn(response) ?? "" } });
    const answer = NextResponse.next();
    const { id, data } = await here.sessions.getSession(request, answer);
    return { id, data, lines: answer.headers.getSetCookie() };
  }

  test("gives it another id, on the request that is passed on and in the browser, uncached", async () => {
    const here = await due();
    const seen: unknown[] = [];
    const { request, response, lines } = await run(here, {
      handler: (_, session) => void seen.push(session?.id),
    });
    const fresh = request.cookies.get(COOKIE)?.value ?? "";
    expect(fresh).not.toBe(here.cookie);
    expect(lines).toEqual([expect.stringContaining(`${COOKIE}=${fresh};`)]);
    expect(passedOn(response)).toBe(`${COOKIE}=${fresh}`);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(here.happened()).toContain("regenerated");
    // Who answers the request finds the session there, and does not change its id once more.
    const { id } = here.events.findLast(({ type }) => type === "regenerated") ?? {};
    const after = await found(here, response);
    expect(after).toEqual({ id: expect.not.stringMatching(here.id), data: { a: 1 }, lines: [] });
    expect([id, seen]).toEqual([here.id, [after.id]]);
    expect(await here.live()).toBe(1);
  });

  test("sends those that come with the old id to the new one, for the grace time", async () => {
    const here = await due();
    const first = await found(here, (await run(here)).response);
    here.clock.advance(GRACE);
    const late = await run(here);
    expect(late.lines).toHaveLength(1);
    expect(late.request.cookies.get(COOKIE)?.value).not.toBe(here.cookie);
    expect(await found(here, late.response)).toEqual(first);
    here.clock.advance(0.001);
    const answer = await run(here, { onMissing: () => new Response("sign in", { status: 401 }) });
    expect(answer.response.status).toBe(401);
  });

  test.each([
    ["next-router-prefetch", "1"],
    ["x-action-redirect", "/account;push"],
  ])("leaves the id as it is for a request with %s, whose cookies nobody keeps", async (header, value) => {
    const here = await due();
    const { response, lines } = await run(here, {}, { [header]: value });
    expect([lines, passedOn(response)]).toEqual([[], `${COOKIE}=${here.cookie}`]);
    expect(here.happened()).not.toContain("regenerated");
    expect(await here.sessions.getById(here.id)).not.toBeNull();
  });
});
