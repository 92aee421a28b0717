import { expect, it } from "vitest";
import { fakeClock } from "./clock.ts";

it("stands still until it is moved", () => {
  const clock = fakeClock(1000);
  expect([clock(), clock()]).toEqual([1000, 1000]);
  clock.advance(1.5);
  expect(clock()).toBe(2500);
  clock.advance(-1);
  expect(clock()).toBe(1500);
  clock.set(42);
  expect(clock()).toBe(42);
  expect(fakeClock()()).toBe(Date.parse("2026-01-01T00:00:00Z"));
});

it("refuses what is no number", () => {
  expect(() => fakeClock(Number.NaN)).toThrow(TypeError);
  expect(() => fakeClock().advance("1" as never)).toThrow(TypeError);
});
