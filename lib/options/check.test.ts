import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { SECRET } from "../session/kinds.testing.ts";
import { fn, oneOf, seconds, shown } from "./check.ts";
import { resolveStore } from "./kind.ts";
import { resolveOptions } from "./resolve.ts";

const MISPLACED = "hunter2; hunter2, hunter2";

describe("what an error shows of a value", () => {
  test.each<[unknown, string]>([
    [MISPLACED, "a string of 25 characters"],
    ["", "a string of 0 characters"],
    [[MISPLACED, MISPLACED], "an array of 2"],
    [{ secret: MISPLACED }, "a object"],
    [() => MISPLACED, "a function"],
    [-1, "-1"],
    [Number.NaN, "NaN"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
  ])("%j is %s", (value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  test("is what the checks use", () => {
    expect(() => seconds("timeout", MISPLACED)).toThrow("got a string of 25 characters.");
    expect(() => fn("clock", MISPLACED as never)).toThrow("got a string of 25 characters.");
    expect(() => oneOf("auto", [MISPLACED], [true, false], false)).toThrow("got an array of 1.");
  });

  test.each([
    "key",
    "timeout",
    "absoluteTimeout",
    "touchInterval",
    "cookieExpires",
    "cookieDomain",
    "cookiePath",
    "version",
    "schema",
    "isRevoked",
    "onEvent",
    "clock",
    "encryptKey",
  ])("is no secret that was given as %s by mistake", (option) => {
    const make = () =>
      resolveOptions({ type: "cookie", secret: SECRET, [option]: MISPLACED } as never, resolveStore);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining("hunter2") }));
  });
});
