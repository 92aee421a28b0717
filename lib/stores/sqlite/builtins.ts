import { builtin } from "../builtins.ts";

const STORE = "sqliteStore";

/** `node:fs`. */
export const fs = (): typeof import("node:fs") => builtin("node:fs", STORE);
/** `node:path`. */
export const path = (): typeof import("node:path") => builtin("node:path", STORE);
/** `node:url`. */
export const url = (): typeof import("node:url") => builtin("node:url", STORE);
/** `node:sqlite`. @throws {NotSupportedError} where there is none. */
export const sqlite = (): typeof import("node:sqlite") => builtin("node:sqlite", STORE);
/** `node:worker_threads`. */
export const workerThreads = (): typeof import("node:worker_threads") =>
  builtin("node:worker_threads", STORE);
