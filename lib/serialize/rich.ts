/**
 * The `rich` serializer: JSON where the data is plain JSON, devalue's format where it is more.
 */

import { parse, type StringifyOptions, stringify } from "devalue";
import { SerializationError } from "../errors.ts";
import { inspect } from "./inspect.ts";
import { isQuicklyPlain, toJson } from "./json.ts";
import { parseObject } from "./read.ts";
import type { Serializer } from "./serializer.ts";

/**
 * Keeps `Date`, `Map`, `Set`, `BigInt`, `URL`, `URLSearchParams`, `RegExp`, typed arrays, `ArrayBuffer`,
 * `DataView`, `undefined`, `NaN`, infinities, `-0`, sparse arrays, objects without a prototype, and cycles.
 *
 * Plain JSON data is written by `JSON.stringify` and starts with `{`; anything else is written by devalue
 * and starts with `[`. An object that is in the data twice is still one object afterwards in devalue's
 * text, and two equal ones in plain JSON.
 *
 * As with `structuredClone`, a `RegExp` comes back with `lastIndex` 0. A typed array that shows a part of
 * its buffer comes back with a buffer of just that part.
 *
 * @example
 * richSerializer.serialize({ user: 7 }); // '{"user":7}'
 * richSerializer.parse(richSerializer.serialize({ tags: new Set(["a"]) })).tags; // Set { "a" }
 */
export const richSerializer: Serializer = {
  serialize(data) {
    if (isQuicklyPlain(data) || inspect(data, "rich") === "plain") return toJson(data);
    try {
      return stringify(data, undefined, devalueOptions);
    } catch (cause) {
      // The walk has vouched for the data: what is left is text over the engine's longest string.
      throw new SerializationError("data", "could not be written.", { cause });
    }
  },

  parse(text) {
    if (text.startsWith("{")) return parseObject(text);
    if (!text.startsWith("[")) throw new Error("Session text starts with neither { nor [.");
    let data: unknown;
    try {
      data = parse(text);
    } catch {
      // No `cause`: messages of JSON.parse quote the text, which is session data.
      throw new Error("Session text is not what the rich serializer writes.");
    }
    if (!isDataObject(data)) throw new Error("Session text holds something other than an object.");
    return data;
  },
};

const devalueOptions: StringifyOptions = {
  operations: {
    // devalue writes the whole buffer behind a view. Bytes outside the view are not the session's: views of
    // pooled memory (Node's Buffers) would carry a stranger's bytes into the cookie.
    viewInfo(view: Uint8Array<ArrayBuffer>) {
      const { byteOffset, byteLength } = view;
      const whole = byteLength === view.buffer.byteLength;
      const buffer = whole ? view.buffer : view.buffer.slice(byteOffset, byteOffset + byteLength);
      return { buffer, byteOffset: 0, byteLength, length: view.length, bufferByteLength: byteLength };
    },
  },
};

function isDataObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
