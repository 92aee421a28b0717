import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors.ts";
import { cookieDomain, cookiePath, resolveCookie } from "../options/cookie-options.ts";
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
    expect(cookie.toString()).toBe(
      "Set-Cookie: theme=; Path=/shop; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    );
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

describe("what stands in the header as it is", () => {
  /** The option that is refused, or nothing. */
  function refused(work: () => unknown): string | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).option;
    }
  }

  const breaks = [
    "a\r\nSet-Cookie: evil=1",
    "a; Domain=evil",
    "/; Domain=evil",
    "/\r\nX: 1",
    "/\u00e9",
    "/\0",
    5,
  ];

  test.each(["set", "delete"] as const)(
    "is refused by %s when it would break it, and nothing is sent",
    (how) => {
      const write = (name: unknown, attributes: object) => {
        const cookie = new SignedCookie(SECRET, "a=1");
        const option = refused(() =>
          how === "set"
            ? cookie.set(name as string, "1", attributes)
            : cookie.delete(name as string, attributes),
        );
        if (option) expect(cookie.setCookies()).toEqual([]);
        return option;
      };
      for (const text of [...breaks, "a=b", "a b", "", "x".repeat(257)]) expect(write(text, {})).toBe("name");
      for (const text of [...breaks, "a b", ""]) expect(write("a", { domain: text })).toBe("domain");
      for (const text of [...breaks, "shop", ""]) expect(write("a", { path: text })).toBe("path");
      expect(write("x".repeat(256), { domain: ".example.com", path: "/a b/=%20~" })).toBeUndefined();
      expect(write("__Host-!#$%&'*+-.^_`|~", { domain: undefined, path: undefined })).toBeUndefined();
    },
  );

  // Two places, one rule: a session's cookie and a signed one go into the same header.
  test("is what the options of a session allow, and nothing else", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.string({
        unit: fc.constantFrom("/", ".", "-", "_", "a", "Z", "9", ";", "=", " ", "~", "\n"),
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const set = (name: string, attributes: object) =>
          refused(() => new SignedCookie(SECRET).set(name, "1", attributes)) === undefined;
        expect(set(text, {})).toBe(refused(() => resolveCookie({ key: text, secure: true })) === undefined);
        expect(set("a", { domain: text })).toBe(refused(() => cookieDomain(text)) === undefined);
        expect(set("a", { path: text })).toBe(refused(() => cookiePath(text)) === undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
