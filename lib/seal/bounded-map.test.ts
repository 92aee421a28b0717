import { expect, it } from "vitest";
import { BoundedMap } from "./bounded-map.ts";

it("keeps what is asked for and forgets the rest", () => {
  const map = new BoundedMap<number, { at: number }>(4);
  for (let at = 0; at < 100; at++) {
    map.set(at, { at });
    expect(map.get(0)).toEqual({ at: 0 });
    expect(map.get(at)).toEqual({ at });
  }
  expect(map.get(50)).toBeUndefined();
});

it("holds at most twice its capacity", () => {
  const map = new BoundedMap<number, { at: number }>(4);
  for (let at = 0; at < 100; at++) map.set(at, { at });
  const held = Array.from({ length: 100 }, (_, at) => map.get(at)).filter(Boolean);
  expect(held.length).toBeLessThanOrEqual(8);
});
