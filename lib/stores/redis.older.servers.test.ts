import { inject } from "vitest";
import { keepsContract } from "./redis/scene.testing.ts";

keepsContract("ioredis 5", "one server", inject("redisUrl"));
keepsContract("node-redis 5", "one server", inject("redisUrl"));
