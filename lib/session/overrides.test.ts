import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metas } from "./arbitraries.testing.ts";
import { decodeMeta, encodeMeta, limitsOf, overridesOf } from "./overrides.ts";

describe("what a session has set for itself", () => {
  test("comes back from its text", () => {
    fc.assert(
      fc.property(metas, (meta) => {
        expect(decodeMeta(encodeMeta(meta))).toEqual(meta);
      }),
    );
  });

  test("takes no room when there is nothing", () => {
    expect(encodeMeta({})).toBe("");
    expect(decodeMeta("")).toEqual({});
  });

  test("keeps the difference between no limit and the configured one", () => {
    expect(decodeMeta(encodeMeta({ timeout: null }))).toEqual({ timeout: null });
  });

  test.each(["{", '"timeout"', "-", '"a":1,'])("that is damaged throws: %s", (text) => {
    expect(() => decodeMeta(text)).toThrow();
  });

  test("drops fields it does not know and types that do not fit", () => {
    expect(decodeMeta('"colour":"red","timeout":"5","domain":7,"path":{},"version":"1"')).toEqual({});
  });

  test("tells the cookie what it must know, and no more", () => {
    const overrides = { timeout: 5, cookieExpires: 7, domain: "example.com", path: "/app" };
    expect(overridesOf({ ...overrides, version: 3 })).toEqual(overrides);
  });
});

describe("limitsOf", () => {
  const limits = { timeout: 600_000, absoluteTimeout: 9e9, touchInterval: 60_000 };

  test.each([
    [undefined, limits],
    [null, { ...limits, timeout: null }],
    [30, { ...limits, timeout: 30_000, touchInterval: 3000 }],
    [600, limits],
    [86_400, { ...limits, timeout: 86_400_000 }],
  ])("with a timeout of %s", (timeout, expected) => {
    expect(limitsOf(limits, timeout)).toEqual(expected);
  });
});
