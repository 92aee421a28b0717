import { expect, test, vi } from "vitest";
import { all, chain, isPromise, lastly } from "./maybe-promise.ts";

const failure = new Error("no");

test("chain() goes on at once with a value, and later with a promised one", async () => {
  expect(chain(1, (value) => value + 1)).toBe(2);
  const later = chain(Promise.resolve(1), (value) => value + 1);
  expect(isPromise(later)).toBe(true);
  expect(await later).toBe(2);
});

test.each<[string, () => number | Promise<number>, unknown]>([
  ["a value", () => 1, 1],
  ["a promise", () => Promise.resolve(1), 1],
  ["a throw", () => { throw failure; }, failure], // biome-ignore format: one line
  ["a promise that is rejected", () => Promise.reject(failure), failure],
])("lastly() after %s calls once, and passes it on", async (_, work, outcome) => {
  const over = vi.fn();
  const seen = await (async () => lastly(work, over))().catch((error: unknown) => error);
  expect(seen).toBe(outcome);
  expect(over).toHaveBeenCalledTimes(1);
});

test("lastly() gives no promise where there was none", () => {
  expect(lastly(() => 1, () => {})).toBe(1); // biome-ignore format: one line
});

test("all() gives a promise only if one of the values is one", async () => {
  expect(all([1, 2])).toEqual([1, 2]);
  const some = all([1, Promise.resolve(2)]);
  expect(isPromise(some)).toBe(true);
  expect(await some).toEqual([1, 2]);
});
