/** Every client that people have is taken as it is, and what is none is not. Checked by the compiler alone. */
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis";
import { Cluster as Cluster6, Redis as Redis6 } from "ioredis-6";
import * as redis6 from "redis";
import * as redis5 from "redis-5";
import { redisStore } from "./redis.ts";

export function clients(): void {
  redisStore({ client: new Redis5() });
  redisStore({ client: new Cluster5([]) });
  redisStore({ client: new Redis6() });
  redisStore({ client: new Redis6({ protocol: 3, replyMapping: "resp3" }) });
  redisStore({ client: new Cluster6([]) });
  redisStore({ client: redis5.createClient() });
  redisStore({ client: redis5.createClient({ RESP: 3 }), prefix: "shop:" });
  redisStore({ client: redis5.createClientPool() });
  redisStore({ client: redis5.createCluster({ rootNodes: [] }) });
  redisStore({ client: redis5.createSentinel({ name: "sessions", sentinelRootNodes: [] }) });
  redisStore({ client: redis6.createClient() });
  redisStore({ client: redis6.createClient({ RESP: 2 }) });
  redisStore({ client: redis6.createClientPool() });
  redisStore({ client: redis6.createCluster({ rootNodes: [] }) });
  redisStore({ client: redis6.createSentinel({ name: "sessions", sentinelRootNodes: [] }) });
}

export function others(): void {
  // @ts-expect-error an address is no client
  redisStore({ client: "redis://localhost" });
  // @ts-expect-error nor is an object without commands
  redisStore({ client: { get: async () => null } });
  // @ts-expect-error a client is needed
  redisStore({ prefix: "shop:" });
  // @ts-expect-error there is no such option
  redisStore({ client: new Redis5(), ttl: 60 });
}
