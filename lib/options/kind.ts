import { fileStore, sqliteStore } from "#embedded-stores";
import { ConfigError } from "../errors.ts";
import { memoryStore } from "../stores/memory.ts";
import type { SessionStore } from "../stores/store.ts";
import { oneOf, shown } from "./check.ts";

/** The store to use, or undefined for a session that lives in its cookie. */
export function resolveStore(
  options: { type?: unknown; store?: unknown; dataDir?: unknown },
  cookieName: string,
): SessionStore | undefined {
  const { store, dataDir } = options;
  if (store !== undefined) {
    if (options.type !== undefined) throw new ConfigError("type", "Give either `type` or `store`, not both.");
    if (dataDir !== undefined)
      throw new ConfigError("dataDir", "dataDir goes with `type`; a store knows its own place.");
    return checkedStore(store);
  }
  if (dataDir !== undefined && (typeof dataDir !== "string" || dataDir === "")) {
    throw new ConfigError("dataDir", `dataDir must be the path of a directory; got ${shown(dataDir)}.`);
  }
  const type = oneOf(
    "type",
    options.type,
    ["cookie", "memory", "file", "sqlite"],
    dataDir === undefined ? "memory" : "sqlite",
  );
  if (type === "sqlite" || type === "file") {
    if (dataDir === undefined) {
      throw new ConfigError(
        "dataDir",
        `type: "${type}" needs dataDir: the directory for what it keeps, for instance ".data".`,
      );
    }
    return type === "file"
      ? fileStore({ dir: `${dataDir}/sessions` })
      : sqliteStore({ path: `${dataDir}/sessions.db` });
  }
  if (dataDir !== undefined)
    throw new ConfigError("dataDir", `dataDir goes with type "sqlite" or "file"; type is "${type}".`);
  if (type === "cookie") return undefined;
  if (options.type === undefined) warnAboutMemory();
  return memoryStore({ name: cookieName });
}

const METHODS = ["get", "set", "touch", "delete"] as const;

function checkedStore(store: unknown): SessionStore {
  for (const method of METHODS) {
    if (typeof (store as SessionStore | null)?.[method] !== "function") {
      throw new ConfigError(
        "store",
        `store must be a SessionStore with get, set, touch and delete; this one has no ${method}(). ` +
          'For instance: sqliteStore({ path: ".data/sessions.db" }) from "next-beaker/stores/sqlite".',
      );
    }
  }
  return store as SessionStore;
}

const WARNED = Symbol.for("next-beaker.memory-warning");

function warnAboutMemory(): void {
  const flags = globalThis as { [WARNED]?: boolean };
  const production = typeof process !== "undefined" && process.env["NODE_ENV"] === "production";
  if (!production || flags[WARNED]) return;
  flags[WARNED] = true;
  console.warn(
    "next-beaker: sessions are kept in memory: lost at a restart and not shared between processes. " +
      'Set `dataDir` (SQLite), `store`, or `type: "cookie"`; `type: "memory"` says that you mean it.',
  );
}
