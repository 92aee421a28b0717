/** Vitest's global setup for `*.servers.test.ts`: one of each server for all test files, and their addresses. */
import type { TestProject } from "vitest/node";
import { ensurePrograms } from "./programs.ts";
import { startRedis } from "./redis.ts";
import { sharePostgres } from "./shared-postgres.ts";

declare module "vitest" {
  // Each kind of server adds its address here: `inject("redisUrl")` in a test.
  export interface ProvidedContext {
    redisUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ensurePrograms();
  const redis = process.env["REDIS_URL"] ? undefined : await startRedis();
  project.provide("redisUrl", redis?.url ?? process.env["REDIS_URL"] ?? "");
  const endings = await Promise.all([sharePostgres(project)]);
  return async () => {
    redis?.destroy();
    for (const end of endings) await end();
  };
}
