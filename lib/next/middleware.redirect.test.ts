import { NextRequest, NextResponse } from "next/server.js";
import { describe, expect, test } from "vitest";
import { kinds } from "../session/kinds.testing.ts";
import { run, URL_ } from "./middleware.testing.ts";

describe.each(kinds)(
  "a redirect by middleware over a $name session that is missing or has ended",
  ({ scene }) => {
    // The cookie is still there where it cannot be expired: each answer would lead to the next.
    test.each([
      ["to the page itself", "/account", null],
      ["to another page", "/login", "https://example.com/login"],
      [
        "to the same path elsewhere",
        "https://login.example.com/account",
        "https://login.example.com/account",
      ],
      ["to the same path over http", "http://example.com/account", "http://example.com/account"],
    ])("%s (%s) gives %s", async (_, to, location) => {
      const here = scene({ timeout: 60 });
      const redirect = (request: Request) => NextResponse.redirect(new URL(to, request.url));
      const missing = await run(here, { onMissing: redirect });
      expect(missing.response.headers.get("location")).toBe(location);
      await here.browser.start({ a: 1 });
      here.clock.advance(120);
      const expired = await run(here, { onExpired: redirect });
      expect(expired.response.headers.get("location")).toBe(location);
    });

    test("to the page itself with another query counts for onMissing alone", async () => {
      const here = scene({ timeout: 60 });
      await here.browser.start({ a: 1 });
      here.clock.advance(120);
      const redirect = () => NextResponse.redirect(new URL("/account?login=1", URL_));
      const expired = await run(here, { onExpired: redirect });
      expect(expired.response.headers.get("location")).toBeNull();
      const { response, line } = await run(here, { onExpired: redirect, onMissing: redirect });
      expect(response.headers.get("location")).toBe("https://example.com/account?login=1");
      expect(line).toMatch(/Max-Age=0|1970/);
    });

    /** What onMissing's redirect to `location` does with a request for `address`: where it sends it, or null. */
    const sentTo = async (address: string, location: string, nextConfig?: { basePath: string }) => {
      const onMissing = () => new Response(null, { status: 307, headers: { location } });
      const request = new NextRequest(address, nextConfig ? { nextConfig } : {});
      return (await scene().sessions.middleware({ onMissing })(request)).headers.get("location");
    };

    test.each([
      ["/account", "/account"],
      ["/account?login=1", "https://example.com/account?login=1#form"],
      ["/account?_rsc=1x2y", "/account"],
      ["/account?next=%2Fcart&_rsc=1x2y", "/account?next=/cart"],
    ])("of %s to %s counts as no answer of onMissing", async (path, location) => {
      expect(await sentTo(`https://example.com${path}`, location)).toBeNull();
    });

    // Dropping such a redirect let the page be seen.
    test.each([
      ["/account", "/account?login=1"],
      ["/account?login=1", "/account"],
      ["/account", "https://login.example.com/account"],
      ["/account", "http://example.com/account"],
      ["/account/", "/account"],
    ])("of %s to %s is kept as onMissing's", async (path, location) => {
      expect(await sentTo(`https://example.com${path}`, location)).toBe(location);
    });

    const post = async (headers: Record<string, string>, to: string, basePath = "") => {
      const request = new NextRequest(`https://example.com${basePath}/account`, {
        method: "POST",
        headers,
        ...(basePath && { nextConfig: { basePath } }),
      });
      const onMissing = () => {
        const response = NextResponse.redirect(new URL(to, request.url));
        response.cookies.set("seen", "1");
        return response;
      };
      return scene().sessions.middleware({ onMissing })(request);
    };

    test("of a form is to be got, not posted to", async () => {
      const { status, headers } = await post({}, "/login?next=%2Faccount");
      expect([status, headers.get("location")]).toEqual([303, "https://example.com/login?next=%2Faccount"]);
      expect(headers.getSetCookie()).toEqual(["seen=1; Path=/"]);
    });

    test.each([
      ["/login?reason=idle#form", "", "/login?reason=idle#form"],
      ["/app/login", "/app", "/login"],
      ["/login", "/app", "https://example.com/login"],
      ["https://login.example.com/", "", "https://login.example.com/"],
    ])(
      "of an action to %s, below '%s', is what an action that redirects says: %s",
      async (to, base, said) => {
        const { status, headers } = await post({ "next-action": "0".repeat(42) }, to, base);
        expect([status, headers.get("location")]).toEqual([303, null]);
        expect(headers.get("x-action-redirect")).toBe(`${said};push`);
        expect(headers.getSetCookie()).toEqual(["seen=1; Path=/"]);
      },
    );

    test("to itself is known below a basePath, and only that", async () => {
      const below = { basePath: "/app" };
      expect(await sentTo("https://example.com/app/login", "/app/login", below)).toBeNull();
      expect(await sentTo("https://example.com/app/app/login", "/app/login", below)).toBe("/app/login");
      const local = await sentTo("http://127.0.0.1:3000/app/login", "http://localhost:3000/app/login", below);
      expect(local).toBeNull();
    });
  },
);
