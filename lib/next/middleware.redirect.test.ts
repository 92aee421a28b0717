import { NextResponse } from "next/server.js";
import { describe, expect, test } from "vitest";
import { kinds } from "../session/kinds.testing.ts";
import { run } from "./middleware.testing.ts";

describe.each(kinds)(
  "a redirect by middleware over a $name session that is missing or has ended",
  ({ scene }) => {
    // The cookie is still there where it cannot be expired: each answer would lead to the next.
    test.each([
      ["to the page itself", "/account", null],
      ["to the page itself with another query", "/account?reason=idle", null],
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
  },
);
