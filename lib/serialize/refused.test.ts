import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { SerializationError } from "../errors.ts";
import { resolveSerializer } from "./resolve.ts";
import type { SerializerOption } from "./serializer.ts";

function messageOf(data: unknown, option: SerializerOption = "rich"): string {
  try {
    resolveSerializer(option).serialize(data as Record<string, unknown>);
  } catch (error) {
    expect(error).toBeInstanceOf(SerializationError);
    expect((error as Error).message.startsWith(`${(error as SerializationError).path} `)).toBe(true);
    return (error as Error).message;
  }
  return "kept";
}

class Avatar {
  size = 1;
}
class MyMap extends Map {}
class MyList extends Array {}
class MyDate extends Date {}
const anonymous = new (class {})();
const key = { id: 1 };
const fn = () => 1;

const hiddenToJson = Object.defineProperty({}, "toJSON", { value: fn });
const protoKey: unknown = JSON.parse('{"__proto__": 1}');
const cycle: Record<string, unknown> = {};
cycle["again"] = [cycle];

describe("both serializers refuse, with the exact path", () => {
  test.each<[string, unknown]>([
    ["data.user.avatar is a function", { user: { avatar: fn } }],
    ["data.cart[3].price is a symbol", { cart: [1, 2, 3, { price: Symbol() }] }],
    ['data["a-b"] is a function', { "a-b": fn }],
    ['data["1a"]["\\"]"][""] is a function', { "1a": { '"]': { "": fn } } }],
    ['data["0"] is a function', { 0: fn }],
    ["data.größe.$_ is a function", { größe: { $_: fn } }],
    ["data[Symbol(id)] is keyed by a symbol", { [Symbol("id")]: 1 }],
    ["data.list[Symbol(id)] is keyed by a symbol", { list: Object.assign([1n], { [Symbol("id")]: 1 }) }],
    ["data.a is an instance of Avatar; store its plain data", { a: new Avatar() }],
    ["data.a is an instance of a class without a name; store its plain data", { a: anonymous }],
    ["data.a is an instance of a class without a name; store its plain data", { a: Object.create({ b: 1 }) }],
    ["data.a is an instance of MyList; store its plain data", { a: MyList.of(1) }],
    ["data.a is an instance of MyMap; store its plain data", { a: new MyMap() }],
    ["data.a is an instance of MyDate; store its plain data", { a: new MyDate() }],
    ["data.a is an instance of Buffer; store its plain data", { a: Buffer.from("a") }],
    ["data.a is an instance of Number; store its plain data", { a: Object(1) }],
    ["data.a is an instance of WeakMap; store its plain data", { a: new WeakMap() }],
    ["data.a is an instance of Promise; store its plain data", { a: Promise.resolve() }],
    ["data.a is an instance of TypeError; store its plain data", { a: new TypeError("no") }],
    ["data.toJSON is a function", { toJSON: fn }],
    ["data.a.toJSON is a function", { a: hiddenToJson }],
    ["data.a.toJSON is a function", { a: Object.assign([], { toJSON: fn }) }],
    ["data.a.__proto__ is a key that could replace an object's prototype", { a: protoKey }],
    [
      "data.match.index is a named property of an array; store the array's items alone, or an object",
      { match: "ab".match(/a/) },
    ],
    ["data is not a plain object", [1]],
    ["data is not a plain object", new Map()],
    ["data is not a plain object", null],
    ["data is not a plain object", "text"],
  ])("%s", (message, data) => {
    expect(messageOf(data, "json")).toBe(message);
    expect(messageOf(data, "rich")).toBe(message);
  });

  test("an accessor that throws, with the cause", () => {
    const data = { a: { get b() { throw new Error("mine"); } } }; // biome-ignore format: one line
    expect(messageOf(data)).toBe("data.a.b cannot be read.");
    expect(() => resolveSerializer("json").serialize(data)).toThrow(
      expect.objectContaining({ path: "data.a.b", cause: new Error("mine") }),
    );
  });

  test("20 000 levels, of objects and of arrays", () => {
    let objects: Record<string, unknown> = {};
    let arrays: unknown[] = [];
    for (let i = 0; i < 20_000; i++) {
      objects = { a: objects };
      arrays = [arrays];
    }
    for (const option of ["rich", "json"] as const) {
      expect(messageOf(objects, option)).toBe(
        `data${".a".repeat(8)}…${".a".repeat(8)} is nested deeper than 1000 levels`,
      );
      expect(messageOf({ arrays }, option)).toMatch(
        /^data\.arrays\[0\].* is nested deeper than 1000 levels$/,
      );
    }
    expect(messageOf({ map: new Map([[{}, objects]]) })).toMatch(/^\[\.\.\.data\.map\.values\(\)\]\[0\]\.a/);
  });

  test("but not 1000 levels, which read back", () => {
    let data: Record<string, unknown> = {};
    for (let i = 0; i < 1000; i++) data = { a: data };
    for (const option of ["rich", "json"] as const) {
      const { serialize, parse } = resolveSerializer(option);
      expect(serialize(data)).toBe(JSON.stringify(data));
      expect(JSON.stringify(parse(serialize(data)))).toBe(JSON.stringify(data));
    }
    let deep: unknown = 1n;
    for (let i = 0; i < 999; i++) deep = i % 2 ? new Map([[i, deep]]) : [deep];
    const { serialize, parse } = resolveSerializer("rich");
    expect(serialize(parse(serialize({ deep })))).toBe(serialize({ deep }));
  });
});

describe("rich refuses", () => {
  test.each<[string, unknown]>([
    ['data.m.get("k") is a function', { m: new Map([["k", fn]]) }],
    ["data.m.get(7n).x is a function", { m: new Map([[7n, { x: fn }]]) }],
    ["data.m.get(NaN) is a function", { m: new Map([[Number.NaN, fn]]) }],
    ["[...data.m.values()][1] is a function", { m: new Map<unknown, unknown>([["a", 1], [key, fn]]) }], // biome-ignore format: one line
    ["[...data.m.keys()][0] is a function", { m: new Map([[fn, 1]]) }],
    ["[...data.s][2].a[0] is a symbol", { s: new Set<unknown>([1, 2, { a: [Symbol()] }]) }],
    [
      "data.d.note was added to a Date, which is stored without it",
      { d: Object.assign(new Date(), { note: 1 }) },
    ],
    ["data.r.note was added to a RegExp, which is stored without it", { r: Object.assign(/a/, { note: 1 }) }],
    [
      "data.u.note was added to a URL, which is stored without it",
      { u: Object.assign(new URL("a:"), { note: 1 }) },
    ],
    ["data.d is not a real Date", { d: Object.create(Date.prototype) }],
    ["data.d cannot be read.", { d: Object.create(Map.prototype) }],
    ["data.u cannot be read.", { u: Object.create(URL.prototype) }],
    [
      "data.b has its bytes in a SharedArrayBuffer; store a copy",
      { b: new Uint8Array(new SharedArrayBuffer(2)) },
    ],
    [
      "data.b has a resizable buffer, which would come back with a fixed size; store a copy",
      { b: new (ArrayBuffer as new (size: number, options: object) => ArrayBuffer)(1, { maxByteLength: 2 }) },
    ],
  ])("%s", (message, data) => {
    expect(messageOf(data)).toBe(message);
  });

  test("a buffer that was transferred", () => {
    const b = new Uint8Array(2);
    structuredClone(b, { transfer: [b.buffer] });
    expect(messageOf({ b })).toBe("data.b has given its bytes away (its buffer is detached)");
  });

  test("nothing of another realm but its classes", () => {
    const foreign = vm.runInNewContext(`({
      plain: { list: [1, { a: null }] }, date: new Date(5), map: new Map([[{}, new Set([1n])]]),
      bytes: new Uint8Array([1, 2]), regexp: /a/g,
    })`);
    const { serialize, parse } = resolveSerializer("rich");
    expect(serialize(foreign.plain)).toBe('{"list":[1,{"a":null}]}');
    expect(parse(serialize(foreign))).toStrictEqual({
      plain: { list: [1, { a: null }] },
      date: new Date(5),
      map: new Map([[{}, new Set([1n])]]),
      bytes: new Uint8Array([1, 2]),
      regexp: /a/g,
    });
    expect(
      messageOf({ a: vm.runInNewContext("new (class Date extends Date_ {})", { Date_: Date }) }),
    ).toMatch("data.a is an instance of Date");
    expect(messageOf({ a: vm.runInNewContext("new Error()") })).toMatch("data.a is an instance of Error");
  });
});

describe("json refuses what JSON would change", () => {
  const only = "the json serializer keeps plain JSON only: use serializer: \"rich\", or store"; // biome-ignore format: quotes
  test.each<[string, unknown]>([
    [`data.d is a Date; ${only} its ISO string`, { d: new Date() }],
    [`data.m is a Map; ${only} an object or an array of its entries`, { m: new Map() }],
    [`data.s is a Set; ${only} an array`, { s: new Set() }],
    [`data.n is a BigInt; ${only} its string`, { n: 1n }],
    [`data.u is a URL; ${only} its string`, { u: new URL("https://example.org") }],
    [`data.u is a URLSearchParams; ${only} its string`, { u: new URLSearchParams() }],
    [`data.r is a RegExp; ${only} its source and flags`, { r: /a/ }],
    [`data.b is a Uint8Array; ${only} an array of its numbers or a base64 string`, { b: new Uint8Array() }],
    [
      `data.b is an ArrayBuffer; ${only} an array of its numbers or a base64 string`,
      { b: new ArrayBuffer() },
    ],
    [`data.n is NaN; ${only} null`, { n: Number.NaN }],
    [`data.n is -Infinity; ${only} null`, { n: -Infinity }],
    [`data.list[1] is undefined; ${only} null`, { list: [1, undefined] }],
    [`data.list[1] is a hole; ${only} null`, { list: Object.assign([1], { 2: 2 }) }],
    [`data.list[0] is a hole; ${only} null`, { list: new Array(4e9) }],
    [`data.cycle.again[0] is inside itself; ${only} an id instead`, { cycle }],
  ])("%s", (message, data) => {
    expect(messageOf(data, "json")).toBe(message);
    expect(messageOf(data, "rich")).toBe("kept");
  });
});
