import { describe, expect, test } from "vitest";
import { ConfigError, SerializationError } from "../errors.ts";
import { resolveSerializer } from "./resolve.ts";
import type { SerializerOption } from "./serializer.ts";

const rich = resolveSerializer("rich");

describe("the option", () => {
  test("is rich by default", () => {
    expect(resolveSerializer(undefined)).toBe(rich);
    expect(resolveSerializer("json")).not.toBe(rich);
  });
  test.each(["pickle", null, {}, { serialize: JSON.stringify }, { serialize: 1, parse: JSON.parse }])(
    "%j is a ConfigError",
    (option) => {
      expect(() => resolveSerializer(option as SerializerOption)).toThrow(ConfigError);
    },
  );
});

describe("a custom serializer", () => {
  test("is called as methods of its object, and asked for everything", () => {
    class Prefixed {
      prefix = "v1:";
      serialize(data: object): string {
        return this.prefix + JSON.stringify(data);
      }
      parse(text: string): Record<string, unknown> {
        return JSON.parse(text.slice(this.prefix.length));
      }
    }
    const { serialize, parse } = resolveSerializer(new Prefixed());
    expect(serialize({ a: new Date(0) })).toBe('v1:{"a":"1970-01-01T00:00:00.000Z"}');
    expect(parse('v1:{"a":1}')).toEqual({ a: 1 });
  });

  test("that throws is a SerializationError with the cause", () => {
    const cause = new Error("too hot");
    const { serialize } = resolveSerializer({ ...rich, serialize: () => { throw cause; } }); // biome-ignore format: one line
    expect(() => serialize({})).toThrow(
      expect.objectContaining({ code: "ERR_SERIALIZATION", path: "data", cause }),
    );
    expect(() => serialize({})).toThrow("data was refused by the given serializer: too hot");
  });

  test("that throws a SerializationError keeps its path", () => {
    const own = new SerializationError("data.a.b", "is mine");
    const { serialize } = resolveSerializer({ ...rich, serialize: () => { throw own; } }); // biome-ignore format: one line
    expect(() => serialize({})).toThrow(own);
  });

  test.each([
    [undefined, "undefined"],
    [new Uint8Array(), "a value of type object"],
    [Promise.resolve(""), "a Promise"],
  ])(
    // biome-ignore format: one line
    "must return a string, not %o",
    (result, name) => {
      const { serialize } = resolveSerializer({ ...rich, serialize: () => result as unknown as string });
      expect(() => serialize({})).toThrow(SerializationError);
      expect(() => serialize({})).toThrow(`data became ${name} in the given serializer`);
    },
  );

  test.each([null, undefined, 7, "text", [[1]], Promise.resolve({})])(
    "must parse to an object, not %o",
    (result) => {
      const { parse } = resolveSerializer({
        ...rich,
        parse: () => result as unknown as Record<string, unknown>,
      });
      expect(() => parse("")).toThrow("it must return an object");
    },
  );
});
