/**
 * The `json` serializer: plain JSON, for readers in other languages.
 */

import { SerializationError } from "../errors.ts";
import { inspect } from "./inspect.ts";
import { isPlainJson } from "./plain.ts";
import { parseObject } from "./read.ts";
import type { Serializer } from "./serializer.ts";

/**
 * Keeps plain JSON only, and refuses what JSON would change: dates, maps, `NaN`, `undefined` in an array,
 * cycles.
 *
 * Three things are accepted though they come back a little different:
 * a property that is `undefined` is dropped (reading it gives `undefined` either way), `-0` comes back as
 * `0`, and an object without a prototype comes back as an ordinary one.
 *
 * @example
 * jsonSerializer.serialize({ user: 7, note: undefined }); // '{"user":7}'
 * jsonSerializer.serialize({ since: new Date() }); // throws SerializationError: data.since is a Date; …
 */
export const jsonSerializer: Serializer = {
  serialize(data) {
    if (!isQuicklyPlain(data)) inspect(data, "json");
    return toJson(data);
  },
  parse: parseObject,
};

/** `isPlainJson`, for which an accessor that throws is one more reason to look closer. */
export function isQuicklyPlain(data: object): boolean {
  try {
    return isPlainJson(data);
  } catch {
    return false;
  }
}

/** `JSON.stringify`, whose failures (text over the engine's longest string) name the data. */
export function toJson(data: object): string {
  try {
    return JSON.stringify(data);
  } catch (cause) {
    throw new SerializationError("data", "could not be written as JSON.", { cause });
  }
}
