/**
 * Reading plain JSON text that may not be ours.
 */

import { MAX_DEPTH } from "./inspect.ts";

/**
 * Reads the text of a JSON object.
 *
 * Refused are text that is not JSON, values other than objects, `__proto__` as a key, and nesting deeper
 * than what is ever written. Messages never quote the text: it is session data, and messages are logged.
 *
 * @throws {Error} for all of these.
 * @example
 * parseObject('{"user":7}'); // { user: 7 }
 */
export function parseObject(text: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // No `cause`: the engine's message quotes the text around the fault.
    throw new Error("Session text is not JSON.");
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new Error("Session text is JSON, but not of an object.");
  }
  if (mayNameProto(text) || mayBeDeep(text)) refuseUnsafe(data, 0);
  return data as Record<string, unknown>;
}

// `JSON.parse` makes `__proto__` an own property, harmless until the first `Object.assign` or `a[key] = b`
// copies it. \u is the only escape that can spell any of its letters.
function mayNameProto(text: string): boolean {
  return text.includes("__proto__") || text.includes("\\u");
}

function mayBeDeep(text: string): boolean {
  if (text.length < 2 * MAX_DEPTH) return false;
  let opened = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) opened++;
  }
  return opened > MAX_DEPTH;
}

function refuseUnsafe(value: object, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`Session text is nested deeper than ${MAX_DEPTH} levels.`);
  if (Object.hasOwn(value, "__proto__")) throw new Error("Session text has a key named __proto__.");
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) refuseUnsafe(inner, depth + 1);
  }
}
