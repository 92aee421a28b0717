import { createSessions, type SessionStore } from "next-beaker";
import { fileStore } from "next-beaker/stores/file";
import { sqliteStore } from "next-beaker/stores/sqlite";

/** What the torture keeps in a session: a counter, and whatever keys it is told to set. */
export interface TortureData {
  n?: number;
  [key: string]: unknown;
}

const place = process.env["TORTURE_DIR"] ?? ".torture";

const STORES: Record<string, () => SessionStore> = {
  sqlite: () => sqliteStore({ path: `${place}/sessions.db` }),
  file: () => fileStore({ dir: `${place}/sessions` }),
};

const store = STORES[process.env["TORTURE_STORE"] ?? "sqlite"];
if (!store) throw new Error(`TORTURE_STORE must be one of ${Object.keys(STORES).join(", ")}.`);

export const sessions = createSessions<TortureData>({ store: store(), timeout: 600 });
