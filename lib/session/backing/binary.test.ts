import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readUint48, readVarint, UINT48_BYTES, writeUint48, writeVarint } from "./binary.ts";

const MAX_UINT48 = 2 ** 48 - 1;

describe("a 48-bit number", () => {
  test("comes back, at any place, and touches no byte besides its six", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_UINT48 }), fc.nat(9), (value, at) => {
        const bytes = new Uint8Array(16).fill(0xaa);
        expect(writeUint48(bytes, at, value)).toBe(at + UINT48_BYTES);
        expect(readUint48(bytes, at)).toBe(value);
        expect([...bytes.subarray(0, at), ...bytes.subarray(at + UINT48_BYTES)]).toEqual(
          Array(10).fill(0xaa),
        );
      }),
    );
  });

  test("is big-endian", () => {
    const bytes = new Uint8Array(6);
    writeUint48(bytes, 0, 0x010203040506);
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([0, 1, 5])("that ends after %d bytes is a RangeError", (length) => {
    expect(() => readUint48(new Uint8Array(length), 0)).toThrow(RangeError);
  });
});

describe("a varint", () => {
  const any = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

  test("comes back with the offset behind it", () => {
    fc.assert(
      fc.property(any, fc.nat(5), (value, at) => {
        const bytes = new Uint8Array(16);
        const end = writeVarint(bytes, at, value);
        expect(readVarint(bytes, at)).toEqual([value, end]);
        expect(end - at).toBe(Math.max(1, Math.ceil(Math.log2(value + 1) / 7)));
      }),
    );
  });

  test.each([
    [0, 1],
    [127, 1],
    [128, 2],
    [16_383, 2],
    [16_384, 3],
    [Number.MAX_SAFE_INTEGER, 8],
  ])("of %d takes %d bytes", (value, length) => {
    expect(writeVarint(new Uint8Array(8), 0, value)).toBe(length);
  });

  test("that never ends is a RangeError, as is one cut short", () => {
    expect(() => readVarint(new Uint8Array(20).fill(0xff), 0)).toThrow("too long");
    expect(() => readVarint(Uint8Array.of(0x80), 0)).toThrow("too soon");
    expect(() => readVarint(new Uint8Array(0), 0)).toThrow("too soon");
  });
});
