import { Cluster, Redis } from "ioredis";
import { createSessions, type SessionStore } from "next-beaker";
import { fileStore } from "next-beaker/stores/file";
import { postgresStore } from "next-beaker/stores/postgres";
import { redisStore } from "next-beaker/stores/redis";
import { sqliteStore } from "next-beaker/stores/sqlite";
import { Pool } from "pg";

/** What the torture keeps in a session: a counter, and whatever keys it is told to set. */
export interface TortureData {
  n?: number;
  user?: string;
  [key: string]: unknown;
}

const place = process.env["TORTURE_PLACE"] ?? ".torture";

const STORES: Record<string, () => SessionStore> = {
  sqlite: () => sqliteStore({ path: `${place}/sessions.db` }),
  file: () => fileStore({ dir: `${place}/sessions` }),
  redis: () => redisStore({ client: new Redis(place) }),
  cluster: () => redisStore({ client: new Cluster(nodesOf(place)) }),
  postgres: () => postgresStore({ pool: new Pool({ connectionString: place, max: 10 }) }),
};

const open = STORES[process.env["TORTURE_STORE"] ?? "sqlite"];
if (!open) throw new Error(`TORTURE_STORE must be one of ${Object.keys(STORES).join(", ")}.`);
const store = open();

// The torture asks what is lost, not what is slow: with 64 requests at once on a busy machine much is.
const shared = { store, timeout: 600, storeTimeout: 30 };

let skipped = 0;

/** Puts the clock of the rotating sessions forward, on this server. */
export function skip(seconds: number): void {
  skipped += seconds * 1000;
}

/** What the driver can choose from: `?kind=…`. */
export const kinds = {
  plain: createSessions<TortureData>({ ...shared, key: "torture" }),
  capped: createSessions<TortureData>({
    ...shared,
    key: "torture.capped",
    subject: ({ user }) => user,
    maxPerSubject: 5,
  }),
  rotating: createSessions<TortureData>({
    ...shared,
    key: "torture.rotating",
    rotateEvery: 31,
    graceSeconds: 30,
    clock: () => Date.now() + skipped,
  }),
};

/** Addresses out of `redis-cluster://127.0.0.1:7000,127.0.0.1:7001`. */
function nodesOf(url: string): { host: string; port: number }[] {
  return url
    .slice("redis-cluster://".length)
    .split(",")
    .map((node) => {
      const [host = "", port] = node.split(":");
      return { host, port: Number(port) };
    });
}
