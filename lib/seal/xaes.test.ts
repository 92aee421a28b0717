import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as node from "./primitives.node.ts";
import type { Primitives } from "./primitives.ts";
import * as web from "./primitives.web.ts";
import { ascii, hex, joined, toHex, variants } from "./variants.testing.ts";
import { createXaes } from "./xaes.ts";

const NO_HEAD = new Uint8Array(0);

/** These primitives, with "random" bytes taken from here, again and again. */
function drawing(primitives: Primitives, bytes: Uint8Array): Primitives {
  let at = 0;
  const randomBytes = (length: number) => {
    const drawn = bytes.subarray(at, at + length);
    at = (at + length) % bytes.length;
    return drawn;
  };
  return { ...primitives, randomBytes };
}

const fixed = [
  ["01", "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"],
  ["03", "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"],
] as const;

/** C2SP's accumulated vectors: everything is drawn from an empty SHAKE128, every ciphertext is collected. */
async function accumulate(primitives: Primitives, iterations: number): Promise<Uint8Array[]> {
  const stream = createHash("shake128", { outputLength: iterations * (32 + 24 + 2 + 2 * 255) }).digest();
  let at = 0;
  const draw = (length: number) => {
    at += length;
    return stream.subarray(at - length, at);
  };
  const ciphertexts: Uint8Array[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const key = draw(32);
    const nonce = draw(24);
    const plaintext = draw(draw(1)[0]!);
    const bound = draw(draw(1)[0]!);
    const xaes = await createXaes(drawing(primitives, nonce), key, NO_HEAD);
    const sealed = joined(await xaes.write(plaintext, bound));
    const fresh = await createXaes(primitives, key, NO_HEAD);
    if (!plaintext.equals((await fresh.read(sealed, bound)) ?? ascii("?"))) throw new Error("did not open");
    ciphertexts.push(sealed.subarray(24));
  }
  return ciphertexts;
}

describe.each(variants)("XAES-256-GCM (%s)", (_, primitives) => {
  it.each(fixed)("agrees with the published vector of key %s", async (byte, bound, expected) => {
    const key = hex(byte.repeat(32));
    const nonce = ascii("ABCDEFGHIJKLMNOPQRSTUVWX");
    const xaes = await createXaes(drawing(primitives, nonce), key, ascii("hd"));
    const sealed = joined(await xaes.write(ascii("XAES-256-GCM"), ascii(bound)));
    expect(toHex(sealed)).toBe(toHex(ascii("hdABCDEFGHIJKLMNOPQRSTUVWX")) + expected);
    expect(toHex(await xaes.read(sealed, ascii(bound)))).toBe(toHex(ascii("XAES-256-GCM")));
  });

  it("opens whatever it sealed, bound to the same bytes", async () => {
    const xaes = await createXaes(primitives, primitives.randomBytes(32), ascii("hd"));
    const bytes = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (plaintext, bound) => {
        const sealed = joined(await xaes.write(plaintext, bound));
        expect(toHex(await xaes.read(sealed, bound))).toBe(toHex(plaintext));
        expect(await xaes.read(sealed, Uint8Array.of(...bound, 0))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("takes a new prefix once the old one is used up, and opens both", async () => {
    const xaes = await createXaes(primitives, new Uint8Array(32), NO_HEAD, 3);
    const sealed: Uint8Array[] = [];
    for (let count = 0; count < 7; count++) {
      sealed.push(joined(await xaes.write(ascii(`${count}`), NO_HEAD)));
    }
    const prefixes = sealed.map((bytes) => toHex(bytes.subarray(0, 12)));
    expect(new Set(prefixes.slice(0, 3)).size).toBe(1);
    expect(new Set(prefixes).size).toBe(3);
    expect(new Set(sealed.map((bytes) => toHex(bytes.subarray(12, 24)))).size).toBe(7);
    for (const [count, bytes] of sealed.entries()) {
      expect(toHex(await xaes.read(bytes, NO_HEAD))).toBe(toHex(ascii(`${count}`)));
    }
  });

  it("derives once for a prefix that was authentic, and remembers no other", async () => {
    let derived = 0;
    const counting: Primitives = {
      ...primitives,
      importGcm: (key) => {
        derived += 1;
        return primitives.importGcm(key);
      },
    };
    const key = new Uint8Array(32);
    const writer = await createXaes(primitives, key, NO_HEAD);
    const sealed = joined(await writer.write(ascii("x"), NO_HEAD));
    const reader = await createXaes(counting, key, NO_HEAD);
    const forged = Uint8Array.from(sealed);
    forged[40]! ^= 1;
    for (let count = 0; count < 3; count++) expect(await reader.read(forged, NO_HEAD)).toBeUndefined();
    expect(derived).toBe(3);
    for (let count = 0; count < 3; count++) expect(await reader.read(sealed, NO_HEAD)).toBeDefined();
    expect(derived).toBe(4);
    await reader.read(joined(await reader.write(ascii("x"), NO_HEAD)), NO_HEAD);
    expect(derived).toBe(5);
  });

  it("reads nothing that is too short", async () => {
    const xaes = await createXaes(primitives, new Uint8Array(32), ascii("hd"));
    const sealed = joined(await xaes.write(NO_HEAD, NO_HEAD));
    expect(sealed).toHaveLength(2 + 24 + 16);
    for (let length = 0; length < sealed.length; length++) {
      expect(await xaes.read(sealed.subarray(0, length), NO_HEAD)).toBeUndefined();
    }
  });
});

it("agrees with the accumulated vectors of 10 000 seals", async () => {
  const digest = createHash("shake128", { outputLength: 32 });
  for (const ciphertext of await accumulate(node, 10_000)) digest.update(ciphertext);
  expect(digest.digest("hex")).toBe("e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
});

it("seals on the edge as on Node", async () => {
  const [first, second] = await Promise.all([accumulate(node, 200), accumulate(web, 200)]);
  expect(second.map(toHex)).toEqual(first.map(toHex));
});
