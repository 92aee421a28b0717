/** Each library's store, on the same servers. */
import { randomBytes } from "node:crypto";
import ConnectPg from "connect-pg-simple";
import { RedisStore } from "connect-redis";
import session from "express-session";
import { Pool } from "pg";
import { createClient } from "redis";
import { SECRET } from "./codec.ts";

const dist = new URL("../../dist/", import.meta.url).href;
const { createSessions } = (await import(`${dist}index.js`)) as typeof import("../../lib/index.ts");
const { redisStore } = (await import(`${dist}stores/redis.js`)) as typeof import("../../lib/stores/redis.ts");
const { postgresStore } = (await import(
  `${dist}stores/postgres.js`
)) as typeof import("../../lib/stores/postgres.ts");

/** A session's limit, for all. */
export const SECONDS = 30 * 60;

/** What the handlers use of a session of ours. */
export type Ours = ReturnType<typeof createSessions<{ n: number }>>;

async function redisClient(url: string) {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

function postgresPool(url: string, pools: Pool[]): Pool {
  const pool = new Pool({ connectionString: url, max: 10 });
  pools.push(pool);
  return pool;
}

export async function connectRedis(url: string): Promise<session.Store> {
  return new RedisStore({ client: await redisClient(url), prefix: `${unique()}:` });
}

export async function connectPg(url: string, pools: Pool[]): Promise<session.Store> {
  const Store = ConnectPg(session);
  return new Store({
    pool: postgresPool(url, pools),
    createTableIfMissing: true,
    pruneSessionInterval: false,
  });
}

export async function oursOnRedis(url: string): Promise<Ours> {
  const store = redisStore({ client: await redisClient(url), prefix: `${unique()}:` });
  return createSessions({ store, secret: SECRET, key: "ours", timeout: SECONDS });
}

export async function oursOnPostgres(url: string, pools: Pool[]): Promise<Ours> {
  const store = postgresStore({ pool: postgresPool(url, pools) });
  await store.ensureTable();
  return createSessions({ store, secret: SECRET, key: "ours", timeout: SECONDS });
}

/** So that no two apps meet in one server. */
function unique(): string {
  return randomBytes(4).toString("hex");
}
