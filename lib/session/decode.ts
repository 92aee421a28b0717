import type { Config } from "../options/config.ts";
import type { Values } from "./changes.ts";
import type { Meta } from "./overrides.ts";

/** Data that could not be read back, and at which step. */
export class Undecodable {
  readonly step: "data" | "migrate" | "schema";
  readonly error: unknown;

  constructor(step: Undecodable["step"], error: unknown) {
    this.step = step;
    this.error = error;
  }
}

/** Text to data of today's version. Does not check the schema. */
export function decodeData(config: Config, meta: Meta, text: string): Values | Undecodable {
  let values: Values;
  try {
    values = config.serializer.parse(text);
  } catch (error) {
    return new Undecodable("data", error);
  }
  const from = meta.version ?? 0;
  // Data of a newer version (a server not yet updated, or rolled back) is left as it is.
  if (!config.migrate || from >= config.version) return values;
  try {
    return mustBeData(config.migrate(values, from), "migrate");
  } catch (error) {
    return new Undecodable("migrate", error);
  }
}

/** The schema's output, or what it objects to. */
export async function checkData(config: Config, values: Values): Promise<Values | Undecodable> {
  if (!config.schema) return values;
  try {
    const result = await config.schema["~standard"].validate(values);
    if (!result.issues) return mustBeData(result.value, "schema");
    const issues = result.issues.map((issue) => issue.message).join("; ");
    return new Undecodable("schema", new Error(`The session's data does not fit the schema: ${issues}`));
  } catch (error) {
    return new Undecodable("schema", error);
  }
}

// A forgotten `return` or an async function would otherwise empty the session, and the next save store that.
function mustBeData(value: unknown, source: string): Values {
  if (typeof value === "object" && value !== null && !(value instanceof Promise)) return value as Values;
  throw new TypeError(`${source} must give the session's data: an object, and not a promise of one.`);
}
