import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { SignedCookie } from "./signed-cookie.ts";

const SECRET = "a secret of thirty-two bytes, or more";
const OTHER = "another secret that is long enough, too";

/** What a browser sends back after these `Set-Cookie` values. */
function sentBack(cookie: SignedCookie): string {
  return cookie
    .setCookies()
    .map((line) => line.split(";")[0])
    .join("; ");
}

describe.each(["sha256", "sha1"] as const)("a cookie signed with %s", (algorithm) => {
  const signed = (input?: string, secret: string | string[] = SECRET) =>
    new SignedCookie(secret, input, { algorithm });

  test("comes back as it was set", () => {
    expect(signed(sentBack(signed().set("theme", "dark"))).get("theme")).toBe("dark");
  });

  test("is absent when anything in it was changed, and is reported", () => {
    const header = sentBack(signed().set("theme", "dark"));
    const value = header.slice("theme=".length);
    for (let index = 0; index < value.length; index++) {
      const forged = `${value.slice(0, index)}${value[index] === "A" ? "B" : "A"}${value.slice(index + 1)}`;
      const reported: string[] = [];
      const read = new SignedCookie(SECRET, `theme=${forged}`, {
        algorithm,
        onInvalid: (name) => reported.push(name),
      });
      expect(read.get("theme")).toBeUndefined();
      expect(reported).toEqual(["theme"]);
    }
  });

  test("is read with any of several secrets and signed with the first", () => {
    const old = sentBack(signed().set("theme", "dark"));
    const rotated = signed(old, [OTHER, SECRET]);
    expect(rotated.get("theme")).toBe("dark");
    expect(signed(sentBack(rotated.set("theme", "light")), OTHER).get("theme")).toBe("light");
    expect(signed(old, OTHER).get("theme")).toBeUndefined();
  });

  test("garbage never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(signed(`theme=${text}`).get("theme")).toBeUndefined();
      }),
    );
  });

  test("can be deleted, with the attributes it was set with", () => {
    const cookie = signed(sentBack(signed().set("theme", "dark")));
    cookie.delete("theme", { path: "/shop" });
    expect(cookie.get("theme")).toBeUndefined();
    expect(cookie.toString()).toBe("Set-Cookie: theme=; Path=/shop; Max-Age=0");
  });

  test("iteration gives what was signed and what was set, and nothing else", () => {
    const cookie = signed(`${sentBack(signed().set("a", "1").set("b", "2"))}; foreign=x; null; b2=`);
    cookie.set("c", "3").delete("b");
    expect([...cookie]).toEqual([
      ["a", "1"],
      ["c", "3"],
    ]);
  });
});

test("SHA-1 is byte-compatible with Beaker: 40 digits, then the value", () => {
  const digest = createHmac("sha1", "short").update("value").digest("hex");
  const cookie = new SignedCookie("short", null, { algorithm: "sha1" }).set("name", "value");
  expect(cookie.setCookies()).toEqual([`name=${digest}value`]);
});

test("SHA-1 refuses a value that would break the header", () => {
  const cookie = new SignedCookie(SECRET, null, { algorithm: "sha1" });
  expect(() => cookie.set("name", "a; Domain=evil").toString()).toThrow(TypeError);
});

test("SHA-256 keeps any text, and binds the name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const header = sentBack(new SignedCookie(SECRET).set("a", value));
      expect(new SignedCookie(SECRET, header).get("a")).toBe(value);
    }),
  );
  const header = sentBack(new SignedCookie(SECRET).set("a", "1")).replace(/^a=/, "b=");
  expect(new SignedCookie(SECRET, header).get("b")).toBeUndefined();
});

test("a missing or short secret and an unknown algorithm are refused", () => {
  expect(() => new SignedCookie("short")).toThrow(ConfigError);
  expect(() => new SignedCookie([])).toThrow(ConfigError);
  expect(() => new SignedCookie(SECRET, null, { algorithm: "md5" as "sha1" })).toThrow(ConfigError);
});
