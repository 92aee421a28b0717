import { ConflictError, CorruptSessionError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import { applyChanges, changesBetween, conflictingKeys, type Values } from "./changes.ts";
import { checkData, decodeData, Undecodable } from "./decode.ts";
import type { Meta } from "./overrides.ts";

/** What a save does about top-level keys that another request changed as well. */
export type OnConflict = "overwrite" | "throw";

/** The outcome of {@link mergeValues}. */
export interface Merged {
  readonly values: Values;
  /** Puts their changes into the text that `revert` goes back to: it undoes this request's changes and no other's. */
  carryOver(first: string): string;
}

/**
 * What to store when another request saved in between: theirs, with the top-level keys that this request changed
 * since `base` written over it. Both in today's shape and as the schema gives them, so that what a migration or the
 * schema did is nobody's change.
 *
 * @throws {ConflictError} with `"throw"`, if both changed the same key to different values.
 */
export function mergeValues(
  config: Config,
  id: string,
  base: string,
  ours: Values,
  theirs: Values,
  onConflict: OnConflict,
): Merged {
  const before = config.serializer.parse(base);
  const toText = (value: unknown) => config.serializer.serialize({ value });
  const ourChanges = changesBetween(before, ours, toText);
  const theirChanges = changesBetween(before, theirs, toText);
  const keys = conflictingKeys(ourChanges, theirChanges, toText);
  if (keys.length > 0) {
    if (onConflict === "throw") throw conflict(id, keys);
    config.emit?.({ type: "conflict", id, keys });
  }
  // The schema may keep what it gave.
  const values = { ...theirs };
  applyChanges(values, ourChanges);
  return {
    values,
    carryOver: (first) => {
      const values = config.serializer.parse(first);
      applyChanges(values, theirChanges);
      return config.serializer.serialize(values);
    },
  };
}

function conflict(id: string, keys: readonly string[]): ConflictError {
  return new ConflictError(
    `Session ${id}: another request changed ${keys.join(", ")} since this one read it. Nothing was saved; load the ` +
      "session again and decide, or save without `onConflict` to let this save win.",
    keys,
  );
}

/**
 * What another request has stored meanwhile.
 *
 * @throws {CorruptSessionError} if it cannot be read, or does not fit the schema.
 */
export async function theirValues(config: Config, stored: { meta: Meta; text: string }): Promise<Values> {
  const decoded = decodeData(config, stored.meta, stored.text);
  const values = decoded instanceof Undecodable ? decoded : await checkData(config, decoded);
  if (!(values instanceof Undecodable)) return values;
  throw new CorruptSessionError(
    "What another request stored for this session cannot be read. Nothing was saved.",
    {
      cause: values.error,
    },
  );
}
