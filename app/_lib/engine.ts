import type { SessionStore } from "next-beaker";
import { postgresStore } from "next-beaker/stores/postgres";
import { redisStore } from "next-beaker/stores/redis";
import { placeOf } from "./place";

/** A store, and what its client has to say. */
export interface Engine {
  readonly store: SessionStore;
  /** The code of the last attempt to connect that failed; undefined while there is a connection. */
  trouble(): string | undefined;
}

// Next evaluates this once for pages and once for route handlers. One client is enough for both.
const opened = globalThis as { [key: symbol]: Promise<Engine> | undefined };
const PLACE = Symbol.for("next-beaker.demo.engine");

/**
 * The engine that SESSION_STORE names. Its client is loaded here and nowhere else, so that whoever stays with the
 * embedded store loads none.
 */
export function engineAt(address: string): Promise<Engine> {
  const { protocol } = placeOf(address);
  const isPostgres = protocol === "postgres:" || protocol === "postgresql:";
  opened[PLACE] ??= isPostgres ? openPostgres(address) : openRedis(address);
  return opened[PLACE];
}

// While there is no connection a command fails at its second try. ioredis goes on by itself until it has one.
const REDIS = { connectTimeout: 2000, commandTimeout: 2000, maxRetriesPerRequest: 1 };

async function openRedis(address: string): Promise<Engine> {
  const { Cluster, Redis } = await import("ioredis");
  const { protocol, hosts, username, password } = placeOf(address);
  const nodes = hosts.map(({ host, port }) => ({ host, port: port ?? 6379 }));
  const client =
    protocol === "redis-cluster:"
      ? new Cluster(nodes, {
          redisOptions: { ...REDIS, ...(username && { username }), ...(password && { password }) },
        })
      : new Redis(address, REDIS);
  let trouble: string | undefined;
  client.on("ready", () => {
    trouble = undefined;
  });
  client.on("error", (error: NodeJS.ErrnoException & { lastNodeError?: NodeJS.ErrnoException }) => {
    trouble = error.lastNodeError?.code ?? error.code;
  });
  return { store: redisStore({ client }), trouble: () => trouble };
}

async function openPostgres(address: string): Promise<Engine> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: address, connectionTimeoutMillis: 2000, query_timeout: 5000 });
  const store = postgresStore({ pool });
  await store.ensureTable().catch(() => void untilDone(() => store.ensureTable()));
  return { store, trouble: () => undefined };
}

/** The database may come up later than the demo. */
async function untilDone(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000).unref());
    }
  }
}
