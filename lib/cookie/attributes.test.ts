import { describe, expect, test } from "vitest";
import { type CookieBase, type CookieExpires, cookieAttributes, FOREVER_SECONDS } from "./attributes.ts";

const base: CookieBase = {
  domain: undefined,
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "lax",
  partitioned: false,
  priority: undefined,
};
const usual = { path: "/", httpOnly: true, secure: true, sameSite: "lax" };

describe("cookieAttributes", () => {
  const instant = new Date("2027-03-01T12:00:00Z");

  test.each<[CookieExpires, object]>([
    [true, {}],
    [false, { maxAge: FOREVER_SECONDS }],
    [3600, { maxAge: 3600 }],
    // Max-Age is whole seconds, and 0 would delete the cookie that was meant to last half of one.
    [0.5, { maxAge: 1 }],
    [59.2, { maxAge: 60 }],
    [1e12, { maxAge: FOREVER_SECONDS }],
    [instant, { expires: instant }],
  ])("with cookieExpires %s", (expires, expected) => {
    expect(cookieAttributes(base, expires)).toEqual({ ...usual, ...expected });
  });

  test("says forever as 400 days, the most that browsers take", () => {
    expect(FOREVER_SECONDS).toBe(400 * 86_400);
  });

  test("names domain, partition and priority only where they are set", () => {
    const more = { domain: "example.com", partitioned: true, priority: "high" } as const;
    expect(cookieAttributes({ ...base, ...more }, true)).toEqual({ ...usual, ...more });
    expect(Object.keys(cookieAttributes(base, true))).toEqual(Object.keys(usual));
  });
});
