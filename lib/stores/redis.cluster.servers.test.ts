import { inject } from "vitest";
import { CLIENTS } from "./redis/clients.testing.ts";
import { keepsContract } from "./redis/scene.testing.ts";

for (const client of CLIENTS) keepsContract(client, "a cluster", inject("redisClusterUrl"));
