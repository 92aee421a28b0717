import { NotSupportedError } from "../errors.ts";

interface Builtins {
  "node:crypto": typeof import("node:crypto");
  "node:fs": typeof import("node:fs");
  "node:path": typeof import("node:path");
  "node:sqlite": typeof import("node:sqlite");
  "node:url": typeof import("node:url");
  "node:worker_threads": typeof import("node:worker_threads");
  "node:zlib": typeof import("node:zlib");
}

/**
 * One of Node's own modules, for the store that needs it.
 *
 * `process.getBuiltinModule` rather than an import: bundlers that have not heard of `node:sqlite` stumble over the
 * specifier, Next's file tracing follows `fs` and `path` calls into the whole project, and Node 22 prints its
 * ExperimentalWarning only once the store is used.
 *
 * @throws {NotSupportedError} where there is none.
 */
export function builtin<Name extends keyof Builtins>(name: Name, store: string): Builtins[Name] {
  const loaded = globalThis.process?.getBuiltinModule?.(name);
  if (loaded === undefined) {
    throw new NotSupportedError(
      `${store} needs ${name}, which this runtime does not have. Run it on Node.js 22.13 or newer, ` +
        "or use another store.",
    );
  }
  return loaded as Builtins[Name];
}
