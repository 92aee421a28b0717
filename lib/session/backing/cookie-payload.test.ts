import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metas } from "../arbitraries.testing.ts";
import { type CookiePayload, decodePayload, encodePayload } from "./cookie-payload.ts";

const NOW = Date.UTC(2026, 0, 1);
const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const payloads: fc.Arbitrary<CookiePayload> = fc.record({
  nonce: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  created: fc.integer({ min: 0, max: 2 ** 46 - 1 }),
  accessed: instants,
  meta: metas,
  text: fc.string({ unit: "grapheme" }),
});
const plain: CookiePayload = {
  nonce: 0x0707_0707_0707,
  created: NOW,
  accessed: NOW,
  meta: {},
  text: '{"a":1}',
};

describe("a cookie payload", () => {
  test("comes back", () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        expect(decodePayload(encodePayload(payload))).toEqual(payload);
      }),
      { numRuns: 500 },
    );
  });

  test("says when it was accessed even where the clock was set back after it began", () => {
    const payload = { ...plain, accessed: NOW - 3_600_000 };
    expect(decodePayload(encodePayload(payload)).accessed).toBe(payload.accessed);
  });

  test("does not grow with time: what fitted into the cookie fits at every later touch", () => {
    const size = (accessed: number) => encodePayload({ ...plain, accessed }).length;
    const year = 365 * 86_400_000;
    expect([NOW, NOW + 1000, NOW + 3_600_000, NOW + 10 * year].map(size)).toEqual(Array(4).fill(size(NOW)));
  });

  test("costs 18 bytes besides the data", () => {
    expect(encodePayload(plain).length - plain.text.length).toBeLessThanOrEqual(18);
  });

  test("cut short anywhere throws, or has lost nothing but data", () => {
    const bytes = encodePayload({ ...plain, meta: { timeout: 5 } });
    for (let length = 0; length < bytes.length; length++) {
      try {
        const read = decodePayload(bytes.subarray(0, length));
        expect(plain.text.startsWith(read.text)).toBe(true);
        expect({ ...read, text: plain.text }).toEqual({ ...plain, meta: { timeout: 5 } });
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });

  test("of any other bytes throws an Error and nothing worse", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodePayload(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("with flags from a future version, or text that is not UTF-8, throws", () => {
    const bytes = encodePayload(plain);
    for (const flag of [0x80, 0xc0]) {
      const later = Uint8Array.of(bytes[0]! | flag, ...bytes.subarray(1));
      expect(() => decodePayload(later)).toThrow("Unknown cookie payload");
    }
    expect(() => decodePayload(Uint8Array.of(...bytes.subarray(0, -1), 0xff))).toThrow("not UTF-8");
  });
});
