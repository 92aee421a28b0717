import type { OnConflict } from "./merge.ts";

/** What `save` takes. */
export interface SaveOptions {
  /** Moves the access time and never any value. Does nothing for a session that was never saved. */
  accessedOnly?: boolean | undefined;
  /**
   * When another request changed the same top-level keys meanwhile: `"overwrite"` (default) lets this save win and
   * reports a `conflict` event; `"throw"` is a `ConflictError`, and nothing is saved.
   */
  onConflict?: OnConflict | undefined;
}

/** The same, for `persist()` as well, which does not touch what has not changed. */
export type ToSave = SaveOptions & { readonly onlyChanges?: boolean };

/** What `load` takes. */
export interface LoadOptions {
  /** false: this read does not count as an access. Default true. */
  touch?: boolean | undefined;
}
