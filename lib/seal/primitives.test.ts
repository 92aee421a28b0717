import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as node from "./primitives.node.ts";
import { randomBytes } from "./primitives.node.ts";
import type { Primitives } from "./primitives.ts";
import type * as web from "./primitives.web.ts";
import { ascii, hex, joined, toHex, variants } from "./variants.testing.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = { readonly [Key in keyof T]: T[Key] };

// Compiles only while both variants export exactly the names and types of the interface.
const exact: [Same<Plain<typeof node>, Plain<Primitives>>, Same<Plain<typeof web>, Plain<Primitives>>] = [
  true,
  true,
];

it("has two variants of one interface", () => {
  expect(exact).toEqual([true, true]);
  const [[, first], [, second]] = variants as [(typeof variants)[0], (typeof variants)[0]];
  expect(Object.keys(first).sort()).toEqual(Object.keys(second).sort());
});

it("keeps Node out of the edge's imports", () => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    const code = source.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
    expect(code).not.toMatch(/\b(?:Buffer|process|require|import\()|node:/);
    for (const [, target] of code.matchAll(/^(?:import|export|\}) .*\bfrom "(.*)";$/gm)) visit(target!);
  };
  visit("./primitives.web.ts");
  expect([...seen].sort()).toEqual([
    "./base64url.ts",
    "./maybe-promise.ts",
    "./primitives.ts",
    "./primitives.web.ts",
  ]);
});

describe("randomBytes on Node", () => {
  it("never hands out a byte twice, nor changes one that it handed out", () => {
    const drawn = Array.from({ length: 2000 }, (_, index) => randomBytes(1 + (index % 40)));
    const copies = drawn.map((bytes) => toHex(bytes));
    const ends = new Map<ArrayBufferLike, number>();
    for (const bytes of drawn) {
      expect(bytes.byteOffset).toBeGreaterThanOrEqual(ends.get(bytes.buffer) ?? 0);
      ends.set(bytes.buffer, bytes.byteOffset + bytes.length);
    }
    expect(ends.size).toBeGreaterThan(1);
    expect(drawn.map((bytes) => toHex(bytes))).toEqual(copies);
  });

  it("gives more than its pool holds", () => {
    const drawn = randomBytes(20_000);
    expect(drawn).toHaveLength(20_000);
    expect(new Set(drawn).size).toBe(256);
  });
});

describe.each(variants)("primitives (%s)", (variant, primitives) => {
  it("says which runtime it is for", () => {
    expect(primitives.runtime).toBe(variant === "node" ? "node" : "edge");
  });

  it("draws bytes of the length asked for", () => {
    expect(primitives.randomBytes(0)).toHaveLength(0);
    expect(primitives.randomBytes(32)).toHaveLength(32);
    expect(toHex(primitives.randomBytes(32))).not.toBe(toHex(primitives.randomBytes(32)));
  });

  it("hashes as FIPS 180-4 does", async () => {
    expect(await primitives.sha256(ascii("abc"))).toBe(
      primitives.toBase64url(hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
    );
  });

  it("derives as RFC 5869, appendix A.1, does", async () => {
    const info = hex("f0f1f2f3f4f5f6f7f8f9");
    const derived = primitives.hkdf(
      new Uint8Array(22).fill(0x0b),
      hex("000102030405060708090a0b0c"),
      info,
      42,
    );
    expect(toHex(await derived)).toBe(
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
  });

  it("signs as RFC 4231, section 4.3, does", async () => {
    const hmac = await primitives.importHmac(ascii("Jefe"));
    expect(toHex(await hmac(ascii("what do ya want "), ascii("for nothing?")))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("encrypts each block by itself, as FIPS 197, appendix C.3, does", async () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index);
    const block = "00112233445566778899aabbccddeeff";
    const encrypt = await primitives.importBlockCipher(key);
    const output = "8ea2b7ca516745bfeafc49904b496089";
    expect(toHex(await encrypt(hex(block + block)))).toBe(output + output);
  });

  it("opens what GCM sealed, and nothing shorter than a nonce and a tag", async () => {
    const gcm = await primitives.importGcm(new Uint8Array(32));
    const bound = ascii("bound");
    const box = joined(await gcm.seal(ascii("hd"), new Uint8Array(12), ascii("plain"), bound));
    expect(box).toHaveLength(2 + 12 + 5 + 16);
    expect(toHex(await gcm.open(box, 2, bound))).toBe(toHex(ascii("plain")));
    expect(await gcm.open(box, 2, ascii("other"))).toBeUndefined();
    for (let length = 0; length < box.length; length++) {
      expect(await gcm.open(box.subarray(0, length), 2, bound)).toBeUndefined();
    }
  });

  it("compares bytes", () => {
    const { equal } = primitives;
    expect(equal(ascii("same"), ascii("same"))).toBe(true);
    expect(equal(ascii("same"), ascii("sane"))).toBe(false);
    expect(equal(ascii("same"), ascii("same!"))).toBe(false);
    expect(equal(ascii(""), ascii(""))).toBe(true);
  });

  describe("base64url", () => {
    const { fromBase64url, toBase64url } = primitives;

    it("joins parts of any size", () => {
      for (const size of [0, 1, 2, 3000, 20_000]) {
        const parts = [ascii("head"), new Uint8Array(size).fill(7), ascii("tail!")];
        expect(toBase64url(...parts)).toBe(Buffer.concat(parts).toString("base64url"));
      }
      expect(toBase64url()).toBe("");
    });

    it("agrees with Buffer", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          const text = Buffer.from(bytes).toString("base64url");
          expect(toBase64url(bytes)).toBe(text);
          expect(toHex(fromBase64url(text))).toBe(toHex(bytes));
        }),
      );
    });

    it("encodes a view, not the buffer behind it", () => {
      expect(toBase64url(ascii("xxabcxx").subarray(2, 5))).toBe("YWJj");
    });

    it.each([
      "A",
      "AB==",
      "AA==",
      "AA=",
      "YWI=",
      "A A",
      " AAAA",
      "AAAA\n",
      "A+AA",
      "A/AA",
      "AA.A",
      "AAA\u0141",
      "AAA\u{1F36A}",
    ])("refuses %j", (text) => expect(fromBase64url(text)).toBeUndefined());

    it("refuses every last character with bits that no byte takes", () => {
      const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      expect([...letters].filter((letter) => fromBase64url(`A${letter}`))).toHaveLength(4);
      expect([...letters].filter((letter) => fromBase64url(`AA${letter}`))).toHaveLength(16);
    });

    it("reads a text only if it would write it so", () => {
      fc.assert(
        fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.base64String()), (text) => {
          const bytes = fromBase64url(text);
          expect(bytes === undefined || toBase64url(bytes) === text).toBe(true);
          expect(bytes !== undefined).toBe(Buffer.from(text, "base64url").toString("base64url") === text);
        }),
      );
    });
  });

  describe("UTF-8", () => {
    const { utf8Behind, utf8Decode, utf8Encode } = primitives;

    it("comes back as it was, byte order mark included", () => {
      fc.assert(
        fc.property(fc.string({ unit: "grapheme" }), (text) => {
          expect(utf8Decode(utf8Encode(text))).toBe(text);
          expect(utf8Decode(utf8Encode(`\uFEFF${text}`))).toBe(`\uFEFF${text}`);
        }),
      );
    });

    it("leaves the room that is asked for in front", () => {
      for (const text of ["", "é", "plain", "\uD800", "€".repeat(3000), "x".repeat(20_000)]) {
        for (const room of [0, 3, 20_000]) {
          const bytes = utf8Behind(room, text);
          expect(toHex(bytes.subarray(room))).toBe(toHex(utf8Encode(text)));
          expect(bytes).toHaveLength(room + utf8Encode(text).length);
        }
      }
    });

    it("encodes a lone surrogate as U+FFFD", () => {
      expect(toHex(utf8Encode("\uD800"))).toBe("efbfbd");
    });

    it.each(["80", "c0af", "eda080", "f4908080", "e282", "61ff62"])("refuses %s", (bytes) => {
      expect(utf8Decode(hex(bytes))).toBeUndefined();
    });

    it("reads U+FFFD that was written so, and begins where it is told to", () => {
      expect(utf8Decode(utf8Encode("a\uFFFDb"))).toBe("a\uFFFDb");
      expect(utf8Decode(hex("ff61efbfbd"), 1)).toBe("a\uFFFD");
      expect(utf8Decode(hex("61ff"), 1)).toBeUndefined();
    });
  });
});
