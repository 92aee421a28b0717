import { inject } from "vitest";
import { redisKind } from "../stores/redis/scene.testing.ts";
import { testSessionsOn } from "./on-servers.testing.ts";

await testSessionsOn(redisKind("ioredis 6", inject("redisUrl")));
