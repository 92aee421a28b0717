/**
 * A serializer given by the application, held to the same contract as ours.
 */

import { SerializationError } from "../errors.ts";
import type { Serializer } from "./serializer.ts";

/**
 * Wraps a pair of functions: failures to serialise become `SerializationError`s with the original as
 * `cause`, and a result of the wrong type is refused in both directions.
 *
 * @example
 * customSerializer({ serialize: JSON.stringify, parse: JSON.parse }).parse("7"); // throws: a number
 */
export function customSerializer(custom: Serializer): Serializer {
  return {
    serialize(data) {
      let text: unknown;
      try {
        text = custom.serialize(data);
      } catch (cause) {
        if (cause instanceof SerializationError) throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new SerializationError("data", `was refused by the given serializer: ${reason}`, { cause });
      }
      if (typeof text !== "string") {
        throw new SerializationError(
          "data",
          `became ${typeName(text)} in the given serializer; serialize must return a string.`,
        );
      }
      return text;
    },
    parse(text) {
      const data: unknown = custom.parse(text);
      if (typeof data !== "object" || data === null || Array.isArray(data) || data instanceof Promise) {
        throw new Error(`The given serializer's parse returned ${typeName(data)}; it must return an object.`);
      }
      // It becomes the session's data: never an object that the parser keeps, and never one with a key `__proto__`.
      const { __proto__: _, ...own } = data as Record<string, unknown>;
      return own;
    },
  };
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Promise) return "a Promise";
  return `a value of type ${typeof value}`;
}
