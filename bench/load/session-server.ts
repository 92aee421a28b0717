// A child process that serves each library's sessions over HTTP, each on a port of its own: the same handlers, the
// same data, the same Redis and Postgres. Tells its parent the ports.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Pool } from "pg";
import { payloadOf } from "../parts/payload.ts";
import { expressBare, expressOurs, expressSessions } from "../peers/express.ts";
import { fastifyBare, fastifyOurs, fastifySessions } from "../peers/fastify.ts";
import { connectPg, connectRedis, oursOnPostgres, oursOnRedis } from "../peers/session-stores.ts";

/** Where the servers are. */
export interface Addresses {
  readonly redis: string;
  readonly postgres: string;
}

/** The apps' names, with their ports. */
export type Ports = Readonly<Record<string, number>>;

/** What a new session starts with. */
const seed = { ...payloadOf(500) } as { n: number };

const { redis, postgres } = JSON.parse(process.argv[2]!) as Addresses;
const pools: Pool[] = [];

const listeners = {
  "express-bare": expressBare(),
  "express-session-redis": expressSessions(await connectRedis(redis), seed),
  "express-ours-redis": expressOurs(await oursOnRedis(redis), seed),
  "express-session-postgres": expressSessions(await connectPg(postgres, pools), seed),
  "express-ours-postgres": expressOurs(await oursOnPostgres(postgres, pools), seed),
  "fastify-bare": await fastifyBare(),
  "fastify-session-redis": await fastifySessions(await connectRedis(redis), seed),
  "fastify-ours-redis": await fastifyOurs(await oursOnRedis(redis), seed),
};

const ports: Record<string, number> = {};
for (const [name, listener] of Object.entries(listeners)) {
  const server = createServer(listener);
  // The client holds its connections for as long as the bench takes.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ports[name] = (server.address() as AddressInfo).port;
}
process.send!(ports);
process.once("disconnect", () => process.exit());
