import { NotSupportedError } from "../../errors.ts";

// `process.getBuiltinModule` rather than imports: bundlers that have not heard of `node:sqlite` stumble over
// the specifier, Next's file tracing follows `fs` and `path` calls into the whole project, and Node 22 prints
// its ExperimentalWarning only once the store is used.
const load = <Name extends "node:fs" | "node:path" | "node:url" | "node:sqlite">(name: Name) => {
  const loaded = globalThis.process?.getBuiltinModule?.(name);
  if (loaded === undefined) {
    throw new NotSupportedError(
      `sqliteStore needs ${name}, which this runtime does not have. Run it on Node.js 22.13 or newer, ` +
        "or use another store.",
    );
  }
  return loaded;
};

/** `node:fs`. */
export const fs = (): typeof import("node:fs") => load("node:fs");
/** `node:path`. */
export const path = (): typeof import("node:path") => load("node:path");
/** `node:url`. */
export const url = (): typeof import("node:url") => load("node:url");
/** `node:sqlite`. @throws {NotSupportedError} where there is none. */
export const sqlite = (): typeof import("node:sqlite") => load("node:sqlite");
