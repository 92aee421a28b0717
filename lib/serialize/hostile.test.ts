import { describe, expect, test } from "vitest";
import { resolveSerializer } from "./resolve.ts";

const rich = resolveSerializer("rich");
const json = resolveSerializer("json");
const both = [rich, json];

describe("__proto__", () => {
  test.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"\\u005f_proto__":{"admin":true}}]}',
    '{"a":{"b":{"\\u005F\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":1}}}',
    '{"a":"__proto__","__prot\\u006f__":null}',
  ])("is refused as a key of JSON: %s", (text) => {
    for (const { parse } of both)
      expect(() => parse(text)).toThrow("Session text has a key named __proto__.");
  });

  test.each([
    '[{"__proto__":1},{"admin":2},true]',
    '[{"\\u005f_proto__":1},{"admin":2},true]',
    '[{"a":1},["null","__proto__",2],{"admin":3},true]',
  ])("is refused as a key of devalue's text: %s", (text) => {
    expect(() => rich.parse(text)).toThrow("Session text is not what the rich serializer writes.");
  });

  test("is fine as a value, as are constructor and prototype as keys", () => {
    const own = {
      constructor: { prototype: { admin: true } },
      prototype: "__proto__",
      text: "\\u005f\u0001",
    };
    expect(json.parse(json.serialize(own))).toEqual(own);
    expect(rich.parse(rich.serialize(own))).toEqual(own);
    const more = { ...own, since: new Date(0), bare: Object.assign(Object.create(null), own) };
    const back = rich.parse(rich.serialize(more)) as typeof more;
    expect(back).toEqual(more);
    expect(Object.keys(back.bare)).toEqual(["constructor", "prototype", "text"]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(Object.prototype.constructor).toBe(Object);
  });
});

describe("text that nobody here wrote", () => {
  test.each(["", " {}", "null", "7", '"a"', "undefined", "{", "{]", '{"a":1}x', "\ufeff{}"])("%j", (text) => {
    expect(() => rich.parse(text)).toThrow(/^Session text/);
  });
  test.each(["", "null", "7", '"a"', "[]", "[{}]", "{", "\ufeff{}"])("json: %j", (text) => {
    expect(() => json.parse(text)).toThrow(/^Session text/);
  });
  test.each([
    "[",
    "[]",
    "[1]",
    "[[]]",
    '[["Date","2020-01-01T00:00:00.000Z"]]',
    '[["Map"]]',
    '[["Object",1],1]',
    '[["Avatar",1],{}]',
    '[{"a":9}]',
    '[{"a":"b"}]',
    '[{"a":1},["BigInt","x"]]',
    '[{"a":1},["Uint8Array",0]]',
    "[[-7,4294967295]]",
  ])("rich: %s", (text) => {
    expect(() => rich.parse(text)).toThrow(/^Session text/);
  });

  test("is not quoted by the error", () => {
    for (const { parse } of both) {
      for (const text of ['{"password":"hunter2"', '[{"password":"hunter2"']) {
        const error = (() => {
          try {
            return parse(text);
          } catch (thrown) {
            return thrown as Error;
          }
        })();
        expect(String(error)).not.toContain("hunter");
        expect(error["cause"]).toBeUndefined();
      }
    }
  });

  test("may be deep: refused, the process lives", () => {
    const deep = 200_000;
    const objects = `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`;
    const arrays = `{"a":${"[".repeat(deep)}${"]".repeat(deep)}}`;
    const named = `${'{"__proto__":'.repeat(deep)}1${"}".repeat(deep)}`;
    for (const { parse } of both) {
      expect(() => parse(objects)).toThrow("nested deeper than 1000 levels");
      expect(() => parse(arrays)).toThrow("nested deeper than 1000 levels");
      expect(() => parse(named)).toThrow(/^Session text/);
    }
    expect(() => rich.parse(`${"[".repeat(deep)}${"]".repeat(deep)}`)).toThrow(/^Session text/);
    const chain = `[{"a":1},${Array.from({ length: deep }, (_, i) => `[${i + 2}]`).join()},0]`;
    expect(() => rich.parse(chain)).toThrow(/^Session text/);
    const wide = { list: Array.from({ length: 5000 }, () => ({})) };
    expect(rich.parse(rich.serialize(wide))).toStrictEqual(wide);
  });
});
