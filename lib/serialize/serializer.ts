/**
 * How `session.data` becomes text and back: the `serializer` option.
 */

import { ConfigError } from "../errors.ts";
import { customSerializer } from "./custom.ts";
import { jsonSerializer } from "./json.ts";
import { richSerializer } from "./rich.ts";

/**
 * Turns session data into text and back. Both directions are synchronous.
 *
 * @example
 * const { serialize, parse } = resolveSerializer("rich");
 * parse(serialize({ since: new Date(0) })); // { since: Date 1970-01-01T00:00:00.000Z }
 */
export interface Serializer {
  /**
   * Writes `data` as text.
   *
   * @throws {SerializationError} naming the path of the first value that cannot be kept, for instance
   * `data.user.avatar is a function`.
   */
  serialize(data: Record<string, unknown>): string;

  /**
   * Reads what {@link Serializer.serialize} wrote.
   *
   * @throws {Error} when the text is anything else; the caller treats it as corrupt.
   */
  parse(text: string): Record<string, unknown>;
}

/** The `serializer` option: a built-in one by name, or your own pair of functions. */
export type SerializerOption = "rich" | "json" | Serializer;

/**
 * The serializer that an option stands for; `"rich"` when there is none.
 *
 * A pair of your own is wrapped: whatever its `serialize` throws becomes the `cause` of a
 * `SerializationError`, and results of the wrong type are refused.
 *
 * @throws {ConfigError} when the option is none of these.
 * @see Beaker `data_serializer`, which is `pickle` or `json`.
 * @example
 * resolveSerializer("json").serialize({ user: 7 }); // '{"user":7}'
 * @example
 * import superjson from "superjson";
 * resolveSerializer({ serialize: superjson.stringify, parse: superjson.parse });
 */
export function resolveSerializer(option: SerializerOption | undefined): Serializer {
  if (option === undefined || option === "rich") return richSerializer;
  if (option === "json") return jsonSerializer;
  if (typeof option?.serialize !== "function" || typeof option.parse !== "function") {
    throw new ConfigError(
      "serializer",
      'serializer must be "rich", "json" or an object with the functions serialize and parse.',
    );
  }
  return customSerializer(option);
}
