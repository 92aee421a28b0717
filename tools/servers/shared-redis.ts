/** The Redis servers that all test files share: one alone, a cluster, and one behind Sentinels. */
import { Redis } from "ioredis";
import type { TestProject } from "vitest/node";
import { startRedis } from "./redis.ts";
import { startRedisCluster } from "./redis-cluster.ts";
import { startRedisSentinel } from "./redis-sentinel.ts";

declare module "vitest" {
  export interface ProvidedContext {
    redisUrl: string;
    redisClusterUrl: string;
    redisSentinelUrl: string;
  }
}

/** What the keys of all tests begin with: on a server that stays, they are removed in the end. */
export const TEST_PREFIX = "next-beaker-tests:";

/** Starts them, or takes the one server that REDIS_URL names; gives what ends them. */
export async function shareRedis(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["REDIS_URL"];
  const started = await Promise.all([
    given ? { url: given, destroy: () => removeKeys(given) } : startRedis(),
    startRedisCluster(),
    startRedisSentinel(),
  ]);
  const [alone, cluster, sentinel] = started;
  project.provide("redisUrl", alone.url);
  project.provide("redisClusterUrl", cluster.url);
  project.provide("redisSentinelUrl", sentinel.url);
  return async () => {
    for (const server of started) await server.destroy();
  };
}

async function removeKeys(url: string): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: `${TEST_PREFIX}*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  redis.disconnect();
}
