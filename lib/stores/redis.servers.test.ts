import { inject } from "vitest";
import { keepsContract } from "./redis/scene.testing.ts";

keepsContract("ioredis 6", "one server", inject("redisUrl"));
keepsContract("node-redis 6", "one server", inject("redisUrl"));
