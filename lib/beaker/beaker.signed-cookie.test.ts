import { describe, expect, test } from "vitest";
import { SignedCookie } from "../cookie/signed-cookie.ts";

/**
 * Made once with Python 3.11: `hmac.new(secret.encode(), value.encode(), hashlib.sha1).hexdigest() + value`, which is
 * what Beaker's SignedCookie writes.
 */
const vectors: [secret: string, value: string, signed: string][] = [
  ["polo", "5", "2d7f21635b9b110f27b38e069e1c9dac44ef62c95"],
  [
    "hoobermas",
    "3a1b2c4d5e6f47a8b9c0d1e2f3a4b5c6",
    "6783550b935ccbfd55266a207c33a1e9e2f0bd003a1b2c4d5e6f47a8b9c0d1e2f3a4b5c6",
  ],
  ["clé sécrète", "a-b_c.d~e", "d5c2ff634f04b4cb467baef140551b63a11a3ee7a-b_c.d~e"],
  // As long as SHA-1's block, and longer: HMAC hashes such a key first.
  ["k".repeat(64), "x", "2c31eadf68d9ba971ad29339d28ce725b03c11f6x"],
  [
    "k".repeat(65),
    "eJyrVkrOz0nVUcpUslIyVNJRKkvMKU1VqgUAVhIHVw==",
    "a96493ab8b8fadc1f8f7e57b86e3bb92844d07b8eJyrVkrOz0nVUcpUslIyVNJRKkvMKU1VqgUAVhIHVw==",
  ],
  ["polo", "a=b/c+d", "56be313cec4f2566b8d2be2c32e4cfd9cdfa604da=b/c+d"],
];

const sha1 = (secret: string | string[], header?: string) =>
  new SignedCookie(secret, header, { algorithm: "sha1" });

describe("Beaker's SignedCookie, byte for byte:", () => {
  test.each(vectors)(
    "write | given secret %j | when %j is set | then 40 hex digits of HMAC-SHA1 and the value",
    (secret, value, signed) => {
      expect(sha1(secret).set("name", value).setCookies()).toEqual([`name=${signed}`]);
    },
  );

  test.each(vectors)(
    "read | given secret %j | when Beaker's cookie for %j comes, bare or quoted | then that value",
    (secret, value, signed) => {
      expect(sha1(secret, `name=${signed}`).get("name")).toBe(value);
      expect(sha1(secret, `name="${signed}"`).get("name")).toBe(value);
      expect(sha1(secret, `a=1; name="${signed}" ; b="2"`).get("name")).toBe(value);
    },
  );

  test("read | given a value with spaces, which Beaker writes as it is | when it comes quoted or bare | then that value", () => {
    const signed = "1d869edacb879a742770df8edebf885183d33b34a b";
    expect(sha1("polo", `t="${signed}"`).get("t")).toBe("a b");
    expect(sha1("polo", `t=${signed}`).get("t")).toBe("a b");
  });

  test("read | given Beaker's signature of the empty value | when it comes | then the empty value, not absent", () => {
    expect(sha1("s", "t=71d58ad26842efdab8a2d541818921d2066afebd").get("t")).toBe("");
  });

  test.each([
    ["empty", ""],
    ["two quotes", '""'],
    ["39 digits", "2d7f21635b9b110f27b38e069e1c9dac44ef62c"],
    ["another value", "2d7f21635b9b110f27b38e069e1c9dac44ef62c96"],
    ["another digit", "3d7f21635b9b110f27b38e069e1c9dac44ef62c95"],
    ["capital digits", "2D7F21635B9B110F27B38E069E1C9DAC44EF62C95"],
  ])(
    "bad signature | given %s | when read | then absent, where Beaker gave a falsy sentinel; never thrown",
    (_, value) => {
      const cookies = sha1("polo", `t=${value}`);
      expect(cookies.get("t")).toBeUndefined();
      expect([...cookies]).toEqual([]);
    },
  );

  test("secret | given Beaker's as the second of two | when its cookie is read and set again | then it moves to the new secret", () => {
    const cookies = sha1(["new", "polo"], "t=2d7f21635b9b110f27b38e069e1c9dac44ef62c95");
    cookies.set("t", cookies.get("t")!);
    const [line] = cookies.setCookies();
    expect(sha1("new", line!).get("t")).toBe("5");
    expect(sha1("polo", line!).get("t")).toBeUndefined();
  });

  test("name | given a value under another name | when read | then sha1 accepts it as Beaker does, sha256 does not", () => {
    expect(sha1("polo", "other=2d7f21635b9b110f27b38e069e1c9dac44ef62c95").get("other")).toBe("5");
    const secret = "a secret of thirty-two bytes or more";
    const [line] = new SignedCookie(secret).set("t", "5").setCookies();
    expect(new SignedCookie(secret, line!).get("t")).toBe("5");
    expect(new SignedCookie(secret, line!.replace(/^t=/, "other=")).get("other")).toBeUndefined();
  });

  test("default algorithm | given Beaker's cookie | when read with sha256 | then absent", () => {
    const secret = "k".repeat(64);
    expect(new SignedCookie(secret, "t=2c31eadf68d9ba971ad29339d28ce725b03c11f6x").get("t")).toBeUndefined();
  });
});
