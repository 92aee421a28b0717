import assert from "node:assert";
import { inspect as show } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainData, richData } from "./arbitraries.testing.ts";
import { resolveSerializer } from "./resolve.ts";

const rich = resolveSerializer("rich");
const json = resolveSerializer("json");

/** What a cookie or a store does to text. */
function throughUtf8(text: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(new TextEncoder().encode(text));
}

/** Strictly equal, and alike to the eye: node:assert does not look inside every class, inspect does. */
function expectSame(actual: unknown, expected: unknown): void {
  assert.deepStrictEqual(actual, expected);
  const all = { depth: Infinity, maxArrayLength: null, maxStringLength: null } as const;
  assert.strictEqual(show(actual, all), show(expected, all));
}

function viaRich<T extends Record<string, unknown>>(data: T): T {
  return rich.parse(throughUtf8(rich.serialize(data))) as T;
}

describe("rich", () => {
  // Those that the arbitrary data keeps clear of.
  test.each(["\\", "a\\b", "\\n", "\\u005f_proto__"])("keeps the key %j, plain and rich", (name) => {
    const plain = { [name]: 1, apart: name };
    expectSame(viaRich(plain), plain);
    expectSame(json.parse(throughUtf8(json.serialize(plain))), plain);
    const dated = { apart: new Date(0), [name]: { [name]: name } };
    expectSame(viaRich(dated), dated);
  });

  test("keeps plain JSON data, as JSON.stringify writes it", () => {
    fc.assert(
      fc.property(plainData, (data) => {
        expect(rich.serialize(data)).toBe(JSON.stringify(data));
        expectSame(viaRich(data), data);
      }),
      { numRuns: 500 },
    );
  });

  test("keeps every type it knows, nested in each other", () => {
    fc.assert(
      fc.property(richData, (data) => {
        const before = show(data, { depth: Infinity });
        expectSame(viaRich(data), data);
        expect(show(data, { depth: Infinity })).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  test("tells by the first character which way the data went", () => {
    fc.assert(
      fc.property(richData, (data) => {
        const text = rich.serialize(data);
        let lossless: boolean;
        try {
          assert.deepStrictEqual(JSON.parse(JSON.stringify(data)), data);
          lossless = true;
        } catch {
          lossless = false;
        }
        // Not the other way round: node:assert takes one URLSearchParams for another.
        if (text.startsWith("{")) expect(lossless).toBe(true);
        else expect(text).toMatch(/^\[/);
      }),
      { numRuns: 300 },
    );
    expect(rich.serialize({})).toBe("{}");
    expect(rich.serialize({ a: undefined })).toMatch(/^\[/);
  });

  test("keeps cycles and repeated references", () => {
    const data: Record<string, unknown> = { list: [1n] };
    data["self"] = data;
    data["same"] = data["list"];
    data["map"] = new Map<unknown, unknown>([[data, data]]);
    (data["map"] as Map<unknown, unknown>).set("map", data["map"]);
    data["set"] = new Set<unknown>([data["map"]]).add(data);
    const back = viaRich(data);
    expect(back["self"]).toBe(back);
    expect(back["same"]).toBe(back["list"]);
    expect((back["map"] as Map<unknown, unknown>).get(back)).toBe(back);
    expect((back["map"] as Map<unknown, unknown>).get("map")).toBe(back["map"]);
    expect([...(back["set"] as Set<unknown>)]).toEqual([back["map"], back]);
  });

  test("keeps a cycle of plain objects and a wide one of arrays", () => {
    const node: Record<string, unknown> = { items: [[], []] };
    (node["items"] as unknown[][]).forEach((list, i, items) => {
      list.push(node, items, i);
    });
    const back = viaRich({ node }).node as { items: unknown[][] };
    expect(back.items[1]?.[0]).toBe(back);
    expect(back.items[0]?.[1]).toBe(back.items);
  });

  test("keeps objects that unfold to 2^60 in JSON, each once", () => {
    let data: Record<string, unknown> = { end: true };
    for (let i = 0; i < 60; i++) data = { left: data, right: data };
    const back = viaRich(data);
    expect(back["left"]).toBe(back["right"]);
    expect(() => json.serialize(data)).toThrow("more than 5000000 objects");
  });

  test("keeps views of one buffer together, and stores none of the bytes beside a partial view", () => {
    const buffer = new TextEncoder().encode("secret:public").buffer;
    const whole = viaRich({ a: new Uint8Array(buffer), b: new Uint16Array(buffer.slice(0, 4)), buffer });
    expect(whole.a.buffer).toBe(whole.buffer);
    const part = new Uint8Array(buffer, 7);
    expect(rich.serialize({ part })).toBe('[{"part":1},["Uint8Array",2],["ArrayBuffer","cHVibGlj"]]');
    expectSame(viaRich({ part }).part, new Uint8Array(part));
    expectSame(viaRich({ part: new DataView(buffer, 7, 3) }).part, new DataView(buffer.slice(7, 10)));
    expectSame(viaRich({ part: new Uint16Array(buffer, 2, 2) }).part, new Uint16Array(buffer.slice(2, 6)));
  });

  test("keeps lone surrogates in strings and keys, on both paths", () => {
    const plain = { "\ud800": "a\udc00b", emoji: "\ud83d\ude00", list: ["\udfff\ud800"] };
    expectSame(viaRich(plain), plain);
    const more = {
      ...plain,
      map: new Map([["\udbff", "\ud800"]]),
      bare: Object.assign(Object.create(null), plain),
    };
    expectSame(viaRich(more), more);
    expectSame(json.parse(throughUtf8(json.serialize(plain))), plain);
  });

  test("keeps a sparse array of four billion items as small as its content", () => {
    const list: unknown[] = [];
    list[4_000_000_000] = "end";
    const text = rich.serialize({ list });
    expect(text.length).toBeLessThan(60);
    expect(rich.parse(text)["list"]).toHaveLength(4_000_000_001);
  });

  test("keeps data over 100 000 objects on the JSON path", () => {
    const data = { list: Array.from({ length: 120_000 }, () => ({})) };
    expect(rich.serialize(data)).toBe(JSON.stringify(data));
  });
});

describe("json", () => {
  test("keeps plain JSON data, and what it writes the rich serializer reads", () => {
    fc.assert(
      fc.property(plainData, (data) => {
        const text = throughUtf8(json.serialize(data));
        expect(text).toBe(JSON.stringify(data));
        expectSame(json.parse(text), data);
        expectSame(rich.parse(text), data);
      }),
      { numRuns: 300 },
    );
  });

  test("either keeps rich data or refuses it", () => {
    fc.assert(
      fc.property(richData, (data) => {
        let text: string;
        try {
          text = json.serialize(data);
        } catch (error) {
          expect(error).toMatchObject({
            code: "ERR_SERIALIZATION",
            path: expect.stringMatching(/^(\[\.\.\.)?data/),
          });
          return;
        }
        // Equal but for the three liberties: toEqual passes over undefined and prototypes, and -0 is made 0.
        const zeroed = JSON.parse(JSON.stringify(data));
        expect(json.parse(text)).toEqual(zeroed);
        expect(JSON.parse(JSON.stringify(rich.parse(rich.serialize(data))))).toEqual(zeroed);
      }),
      { numRuns: 500 },
    );
  });

  test("takes three liberties: undefined properties, -0 and prototypes of null", () => {
    const bare = Object.assign(Object.create(null), { a: undefined, b: -0, c: 1 });
    expect(json.serialize({ bare })).toBe('{"bare":{"b":0,"c":1}}');
    expect(json.serialize(bare)).toBe('{"b":0,"c":1}');
  });

  test("writes an object twice that is in the data twice", () => {
    const address = { city: "Bern", zip: undefined };
    expect(json.serialize({ from: address, to: address })).toBe(
      '{"from":{"city":"Bern"},"to":{"city":"Bern"}}',
    );
  });
});
