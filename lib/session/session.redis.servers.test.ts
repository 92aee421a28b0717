import { inject } from "vitest";
import { redisKind } from "../stores/redis/scene.testing.ts";
import { runOn } from "./kinds.testing.ts";

runOn(redisKind("ioredis 6", inject("redisUrl")));
await import("./session.test.ts");
await import("./session.conflict.test.ts");
await import("./session.data.test.ts");
await import("./session.ended.test.ts");
await import("./session.events.test.ts");
await import("./session.failure.test.ts");
await import("./session.keys.test.ts");
await import("./session.limits.test.ts");
await import("./session.readonly.test.ts");
await import("./session.rotation.test.ts");
await import("./bad-input.test.ts");
