import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChanges, changesBetween, conflictingKeys, replaceValues, type Values } from "./changes.ts";

const toText = (value: unknown) => JSON.stringify({ value });
const key = fc.constantFrom("a", "b", "c", "d", "constructor", "toString");
const values: fc.Arbitrary<Values> = fc
  .dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 })
  .map((made) => ({ ...made }));
const changed = (before: Values, after: Values) => changesBetween(before, after, toText);

describe("changesBetween", () => {
  test.each<[string, Values, Values, string[], string[]]>([
    ["an added key", {}, { a: 1 }, ["a"], []],
    ["a changed key", { a: 1 }, { a: 2 }, ["a"], []],
    ["a removed key", { a: 1, b: 2 }, { b: 2 }, [], ["a"]],
    ["a nested change", { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, ["a"], []],
    ["a longer array", { a: [1] }, { a: [1, 2] }, ["a"], []],
    ["another type", { a: 1 }, { a: "1" }, ["a"], []],
    ["a key set to undefined", { a: 1 }, { a: undefined }, ["a"], []],
    [
      "a name that every object inherits",
      {},
      { constructor: 1, toString: 2 },
      ["constructor", "toString"],
      [],
    ],
    ["an inherited name that goes", { valueOf: 1 }, {}, [], ["valueOf"]],
    ["nothing", { a: { b: 1 } }, { a: { b: 1 } }, [], []],
  ])("sees %s", (_, before, after, set, removed) => {
    const changes = changed(before, after);
    expect([...changes.set.keys()]).toEqual(set);
    expect([...changes.removed]).toEqual(removed);
  });

  test("turn one into the other", () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const target = structuredClone(before);
        applyChanges(target, changed(before, after));
        expect(target).toEqual(after);
      }),
    );
  });

  test("between equal values are none", () => {
    fc.assert(
      fc.property(values, (same) => {
        const changes = changed(same, structuredClone(same));
        expect(changes.set.size + changes.removed.size).toBe(0);
      }),
    );
  });
});

describe("applying one request's changes over another's", () => {
  test("keeps what only the other has changed", () => {
    fc.assert(
      fc.property(values, values, values, (base, ours, theirs) => {
        const ourChanges = changed(base, ours);
        const merged = structuredClone(theirs);
        applyChanges(merged, ourChanges);
        for (const name of Object.keys(merged)) {
          const mine = ourChanges.set.has(name);
          expect(merged[name]).toEqual(mine ? ours[name] : theirs[name]);
        }
        for (const name of Object.keys(theirs)) {
          if (!Object.hasOwn(merged, name)) expect(ourChanges.removed.has(name)).toBe(true);
        }
      }),
    );
  });

  test("comes to the same in either order where there is no conflict", () => {
    fc.assert(
      fc.property(values, values, values, (base, ours, theirs) => {
        const [mine, other] = [changed(base, ours), changed(base, theirs)];
        fc.pre(conflictingKeys(mine, other, toText).length === 0);
        const [first, second] = [structuredClone(base), structuredClone(base)];
        applyChanges(first, mine);
        applyChanges(first, other);
        applyChanges(second, other);
        applyChanges(second, mine);
        expect(first).toEqual(second);
      }),
    );
  });
});

describe("conflictingKeys", () => {
  test.each<[string, Values, Values, Values, string[]]>([
    ["different keys", {}, { a: 1 }, { b: 1 }, []],
    ["the same key, the same value", {}, { a: { x: 1 } }, { a: { x: 1 } }, []],
    ["the same key, other values", { a: 0 }, { a: 1 }, { a: 2 }, ["a"]],
    ["one changed what the other removed", { a: 0 }, { a: 1 }, {}, ["a"]],
    ["one removed what the other changed", { a: 0 }, {}, { a: 1 }, ["a"]],
    ["both removed it", { a: 0 }, {}, {}, []],
    [
      "different fields of one value",
      { a: { x: 0, y: 0 } },
      { a: { x: 1, y: 0 } },
      { a: { x: 0, y: 1 } },
      ["a"],
    ],
  ])("%s: %j", (_, base, ours, theirs, keys) => {
    expect(conflictingKeys(changed(base, ours), changed(base, theirs), toText)).toEqual(keys);
  });

  test("are the same from either side", () => {
    fc.assert(
      fc.property(values, values, values, (base, ours, theirs) => {
        const [mine, other] = [changed(base, ours), changed(base, theirs)];
        const keys = conflictingKeys(mine, other, toText);
        expect(keys.toSorted()).toEqual(conflictingKeys(other, mine, toText).toSorted());
      }),
    );
  });
});

describe("replaceValues", () => {
  test("leaves the object in hand, with just what the source holds", () => {
    fc.assert(
      fc.property(values, values, (target, source) => {
        const inHand = target;
        replaceValues(target, source);
        expect(inHand).toEqual(source);
      }),
    );
  });

  test("cannot be made to change a prototype", () => {
    const target: Values = {};
    replaceValues(target, JSON.parse('{"__proto__":{"admin":true}}'));
    expect(target["admin"]).toBeUndefined();
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });
});
