import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metas } from "../arbitraries.testing.ts";
import { decodeRecord, encodeRecord, encodeReplaced } from "./record-text.ts";

const texts = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom("", "{}", '{"data":1}', ',"data":{}', '}{"replaced":', '[[1,2],"x"]'),
);

describe("a live record", () => {
  test("comes back, whatever the serializer wrote and the session set for itself", () => {
    fc.assert(
      fc.property(metas, texts, (meta, text) => {
        expect(decodeRecord(encodeRecord(meta, text))).toEqual({ kind: "live", meta, text });
      }),
      { numRuns: 500 },
    );
  });

  test("is JSON that other languages can read, when the data's text is", () => {
    fc.assert(
      fc.property(metas, fc.dictionary(fc.string(), fc.jsonValue()), (meta, data) => {
        const record = JSON.parse(encodeRecord(meta, JSON.stringify(data)));
        expect(JSON.stringify(record.data)).toBe(JSON.stringify(data));
      }),
    );
  });

  test("without overrides is nothing but its data", () => {
    expect(encodeRecord({}, '{"a":1}')).toBe('{"data":{"a":1}}');
  });
});

describe("a replaced record", () => {
  test("comes back, and is never taken for a live one", () => {
    expect(decodeRecord(encodeReplaced({}))).toMatchObject({ kind: "replaced" });
    const note = { next: "sealed-token", until: 1_767_225_600_000 };
    expect(decodeRecord(encodeReplaced(note))).toEqual({ kind: "replaced", ...note });
  });

  test("cannot be forged through the data or an override", () => {
    const text = encodeReplaced({ next: "x" });
    expect(decodeRecord(encodeRecord({}, text)).kind).toBe("live");
    expect(decodeRecord(encodeRecord({ path: text }, "{}")).kind).toBe("live");
  });
});

describe("anything else", () => {
  test.each(["", "{}", "null", "[]", 'data":{}}', "{,}", '{"replaced":', '{"date":{}}'])(
    "throws: %s",
    (value) => {
      expect(() => decodeRecord(value)).toThrow();
    },
  );

  test("throws an Error and nothing worse", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (value) => {
        try {
          decodeRecord(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
