import type { Serializer } from "../../serialize/serializer.ts";
import type { Values } from "../changes.ts";

/** The top-level keys that take the most room, with their bytes, largest first: what to move out of a full cookie. */
export function largestKeys(
  values: Values,
  serializer: Serializer,
  count = 3,
): [key: string, bytes: number][] {
  const encoder = new TextEncoder();
  return Object.keys(values)
    .map((key): [string, number] => [
      key,
      encoder.encode(serializer.serialize({ [key]: values[key] })).length,
    ])
    .sort((a, b) => b[1] - a[1])
    .slice(0, count);
}
