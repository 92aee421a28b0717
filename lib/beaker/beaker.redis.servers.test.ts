import { inject, vi } from "vitest";
import { redisKind } from "../stores/redis/scene.testing.ts";
import { testBeakerOn } from "./on-servers.testing.ts";

vi.mock("#next-api", () => import("./next-request.testing.ts"));
await testBeakerOn(redisKind("node-redis 6", inject("redisClusterUrl")));
