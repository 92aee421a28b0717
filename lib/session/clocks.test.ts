import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limits } from "../options/config.ts";
import { absoluteDeadline, deadline, disposableAt, expiry, type Stamps, touchDue } from "./clocks.ts";

const NOW = Date.UTC(2026, 0, 1);
const none: Limits = { timeout: null, absoluteTimeout: null, touchInterval: 60_000 };

const instants = fc.integer({ min: NOW - 1e9, max: NOW + 1e9 });
const spans = fc.integer({ min: 1, max: 1e9 });
const stamps: fc.Arbitrary<Stamps> = fc.record({ created: instants, accessed: instants });
const limits: fc.Arbitrary<Limits> = fc.record({
  timeout: fc.option(spans),
  absoluteTimeout: fc.option(spans),
  touchInterval: fc.integer({ min: 0, max: 1e6 }),
});

describe("the idle limit", () => {
  const exact: Limits = { timeout: 1000, absoluteTimeout: null, touchInterval: 0 };
  const stamped = { created: NOW - 5000, accessed: NOW };

  test.each([
    [999, undefined],
    [1000, undefined],
    [1001, "idle"],
  ])("%d ms after the last access gives %s", (later, reason) => {
    expect(expiry(NOW + later, stamped, exact)).toBe(reason);
  });

  test("gives an access that was not written down the benefit of the doubt, to the millisecond", () => {
    const generous = { ...exact, touchInterval: 100 };
    expect(expiry(NOW + 1100, stamped, generous)).toBeUndefined();
    expect(expiry(NOW + 1101, stamped, generous)).toBe("idle");
  });

  test("never cuts off early: whatever was left unwritten, `timeout` after it is still valid", () => {
    fc.assert(
      fc.property(stamps, limits, fc.nat(1e6), fc.nat(1e9), ({ created, accessed }, limits, use, wait) => {
        const used = accessed + use;
        fc.pre(limits.timeout !== null && wait <= limits.timeout);
        // Either that use was due and moved the stamp, or the stamp stays where it was.
        const written = touchDue(used, accessed, limits) ? used : accessed;
        const after = { created, accessed: written };
        expect(expiry(used + wait, after, { ...limits, absoluteTimeout: null })).toBeUndefined();
      }),
    );
  });

  test("ends at the latest `timeout + touchInterval` after the last use", () => {
    fc.assert(
      fc.property(stamps, limits, ({ created, accessed }, limits) => {
        fc.pre(limits.timeout !== null);
        const later = accessed + limits.timeout! + limits.touchInterval + 1;
        expect(expiry(later, { created, accessed }, limits)).toBeDefined();
      }),
    );
  });

  test("does not end a session because the clock was set back", () => {
    expect(expiry(NOW - 1e9, stamped, { ...exact, absoluteTimeout: 1000 })).toBeUndefined();
  });
});

describe("the absolute limit", () => {
  const exact: Limits = { timeout: null, absoluteTimeout: 1000, touchInterval: 60_000 };
  const stamped = { created: NOW, accessed: NOW + 900 };

  test.each([
    [1000, undefined],
    [1001, "absolute"],
  ])("%d ms after creation gives %s, whatever touchInterval says", (later, reason) => {
    expect(expiry(NOW + later, stamped, exact)).toBe(reason);
  });

  test("is not moved by any access", () => {
    fc.assert(
      fc.property(stamps, limits, instants, ({ created, accessed }, limits, now) => {
        fc.pre(limits.absoluteTimeout !== null && now > created + limits.absoluteTimeout);
        expect(expiry(now, { created, accessed: Math.max(accessed, now) }, limits)).toBe("absolute");
      }),
    );
  });

  test("names itself when both have passed", () => {
    expect(
      expiry(NOW + 5000, { created: NOW, accessed: NOW }, { ...exact, timeout: 1, touchInterval: 0 }),
    ).toBe("absolute");
  });

  test("has a deadline of its own", () => {
    expect(absoluteDeadline(NOW, exact)).toBe(NOW + 1000);
    expect(absoluteDeadline(NOW, none)).toBeNull();
  });
});

describe("deadline", () => {
  test.each<[Partial<Limits>, number | null]>([
    [{}, null],
    [{ timeout: 500 }, NOW + 500],
    [{ absoluteTimeout: 800 }, NOW - 1000 + 800],
    [{ timeout: 500, absoluteTimeout: 10_000 }, NOW + 500],
    [{ timeout: 500, absoluteTimeout: 1200 }, NOW + 200],
  ])("with %j is the nearer of the two", (some, expected) => {
    expect(deadline({ created: NOW - 1000, accessed: NOW }, { ...none, ...some })).toBe(expected);
  });

  test("is never later than expiry, and the record outlives both by two minutes at least", () => {
    fc.assert(
      fc.property(stamps, limits, (stamped, limits) => {
        const end = deadline(stamped, limits);
        const disposable = disposableAt(stamped, limits);
        if (end === null) {
          expect(disposable).toBeNull();
          return;
        }
        expect(expiry(end, stamped, limits)).toBeUndefined();
        // The spring-session defect: a record that vanishes while a request holds it.
        expect(expiry(disposable! - 119_999, stamped, limits)).toBeDefined();
        expect(disposable! - end).toBeGreaterThanOrEqual(120_000);
      }),
    );
  });
});

describe("touchDue", () => {
  const every = { ...none, touchInterval: 1000 };

  test.each([
    [0, false],
    [999, false],
    [1000, true],
    [-999, false],
    [-1000, true],
  ])("%d ms after the last written access is %s", (later, due) => {
    expect(touchDue(NOW + later, NOW, every)).toBe(due);
  });

  test("is always true with an interval of 0", () => {
    expect(touchDue(NOW, NOW, { ...none, touchInterval: 0 })).toBe(true);
  });
});
