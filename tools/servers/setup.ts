/** Vitest's global setup for `*.servers.test.ts`: one of each server for all test files, and their addresses. */
import type { TestProject } from "vitest/node";
import { ensurePrograms } from "./programs.ts";
import { sharePostgres } from "./shared-postgres.ts";
import { shareRedis } from "./shared-redis.ts";

declare module "vitest" {
  // Each kind of server adds its address here: `inject("redisUrl")` in a test.
  export interface ProvidedContext {}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ensurePrograms();
  const endings = await Promise.all([shareRedis(project), sharePostgres(project)]);
  return async () => {
    for (const end of endings) await end();
  };
}
