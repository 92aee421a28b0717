import { inject } from "vitest";
import { redisKind } from "../stores/redis/scene.testing.ts";
import { runOn } from "./kinds.testing.ts";

runOn(redisKind("node-redis 6", inject("redisUrl")));
await import("./session.model.test.ts");
