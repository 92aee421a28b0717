import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NewRecord } from "../store.ts";
import { indexLifetime, PERIOD_DIGITS, recordLifetime } from "./lifetime.ts";
import {
  decodeRecord,
  encodeClocks,
  encodeRecord,
  freshToken,
  LAYOUT,
  readVersion,
  versionOf,
} from "./record.ts";

const instant = fc.integer({ min: 0, max: 8.64e15 });
const records: fc.Arbitrary<NewRecord> = fc.record({
  value: fc.string({ unit: "binary" }),
  createdAt: instant,
  accessedAt: instant,
  expiresAt: fc.option(instant),
  subject: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
});

describe("a record as text", () => {
  test("reads back as it was written, whatever it holds", () => {
    fc.assert(
      fc.property(records, (record) => {
        const version = versionOf(freshToken(), record.subject);
        expect(decodeRecord(encodeRecord(record, version))).toEqual({ ...record, version });
      }),
    );
  });

  test("has what scripts read and write at fixed places", () => {
    const token = freshToken();
    const record = { value: "v", createdAt: 1, accessedAt: 2, expiresAt: 3, subject: "ann" };
    const text = encodeRecord(record, versionOf(token, "ann"));
    expect(text.slice(LAYOUT.accessed, LAYOUT.token)).toBe(encodeClocks(2, 3));
    expect(text.slice(LAYOUT.expires, LAYOUT.token)).toBe("00000000003");
    expect(text.slice(LAYOUT.token, LAYOUT.subject)).toBe(token);
    expect(text.slice(LAYOUT.subject)).toBe("3:annv");
  });

  test("in the layout of the first release stays readable", () => {
    const text = "1000mjuohs0u000mjuohs0v000mjuqmxswAAAAbbbb0123-{}";
    expect(decodeRecord(text)).toEqual({
      value: "{}",
      createdAt: 1_767_225_600_030,
      accessedAt: 1_767_225_600_031,
      expiresAt: 1_767_229_200_032,
      subject: undefined,
      version: "AAAAbbbb0123-",
    });
  });
});

describe("a version", () => {
  test("says whose session it was", () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: "binary" }), { nil: undefined }), (subject) => {
        expect(readVersion(versionOf(freshToken(), subject))).toEqual({ subject });
      }),
    );
  });

  test("that is none, or has anything more or less, is not taken for one", () => {
    const token = freshToken();
    const wrong = [
      "",
      "-",
      token,
      token.slice(1),
      `${token}3:an`,
      `${token}3:anna`,
      `${token}03:ann`,
      `${token}-x`,
    ];
    for (const version of [...wrong, `${token.slice(1)} -`, `${token}:`, `${token}x:`, ` ${token}-`]) {
      expect(readVersion(version), version).toBeUndefined();
    }
  });

  test("is drawn anew each time", () => {
    const drawn = Array.from({ length: 1000 }, freshToken);
    expect(new Set(drawn).size).toBe(1000);
    for (const token of drawn) expect(token).toMatch(/^[\w+/]{12}$/);
  });
});

describe("an index", () => {
  test("is kept at least as long as each record whose expiry falls in the same period", () => {
    const period = (expiresAt: number) => encodeClocks(0, expiresAt).slice(11, 11 + PERIOD_DIGITS);
    const day = 86_400_000;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8e15 }),
        fc.integer({ min: 0, max: 400 * day }),
        fc.integer({ min: 0, max: day }),
        fc.integer({ min: 0, max: day }),
        (now, lasts, later, longer) => {
          const [first, second] = [now + lasts, now + later + lasts + longer];
          if (period(first) !== period(second)) return;
          const index = now + Number(indexLifetime(now, first));
          expect(index).toBeGreaterThan(now + later + Number(recordLifetime(now + later, second)));
        },
      ),
    );
  });
});
