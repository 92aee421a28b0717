import { expect, test } from "vitest";
import { all, chain, isPromise } from "./maybe-promise.ts";

test("chain() goes on at once with a value, and later with a promised one", async () => {
  expect(chain(1, (value) => value + 1)).toBe(2);
  const later = chain(Promise.resolve(1), (value) => value + 1);
  expect(isPromise(later)).toBe(true);
  expect(await later).toBe(2);
});

test("all() gives a promise only if one of the values is one", async () => {
  expect(all([1, 2])).toEqual([1, 2]);
  const some = all([1, Promise.resolve(2)]);
  expect(isPromise(some)).toBe(true);
  expect(await some).toEqual([1, 2]);
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["text", "then"],
  ["an object", {}],
])("%s is no promise", (_, value) => {
  expect(isPromise<unknown>(value)).toBe(false);
});

test("a promise of another realm is one", () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what tells a promise
  expect(isPromise<unknown>({ then: () => {} })).toBe(true);
});
