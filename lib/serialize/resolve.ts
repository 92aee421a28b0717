import { ConfigError } from "../errors.ts";
import { customSerializer } from "./custom.ts";
import { jsonSerializer } from "./json.ts";
import { richSerializer } from "./rich.ts";
import type { Serializer, SerializerOption } from "./serializer.ts";

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
      `serializer must be "rich", "json" or an object with the functions serialize and parse; got ${JSON.stringify(option)}.`,
    );
  }
  return customSerializer(option);
}
