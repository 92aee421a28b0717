import { createStorage } from "unstorage";
import redis from "unstorage/drivers/redis";
import { describe, expect, inject, it } from "vitest";
import type {} from "../../tools/servers/setup.ts";
import { HOUR, record } from "../testing/contract/subject.ts";
import { testStore } from "../testing/store-contract.ts";
import { unstorageStore } from "./unstorage.ts";

/** The driver `redis` of unstorage, which has ioredis beneath it, on the server that all tests share. */
function storageOn(prefix: string) {
  const url = inject("redisUrl");
  return { storage: createStorage({ driver: redis({ url, base: prefix }) }), argument: { url, prefix } };
}

testStore(
  { describe, it },
  {
    name: "unstorageStore on redis",
    without: ["lock", "list", "prune"],
    compareAndSet: "process",
    durable: true,
    secondProcess: new URL("./unstorage/open.testing.ts", import.meta.url),
    create: () => {
      const prefix = `unstorage-${crypto.randomUUID()}`;
      const { storage, argument } = storageOn(prefix);
      const again: (typeof storage)[] = [];
      return {
        store: unstorageStore(storage),
        restart: () => {
          again.push(storageOn(prefix).storage);
          return unstorageStore(again.at(-1)!);
        },
        argument,
        cleanup: async () => {
          await storage.clear();
          for (const one of [storage, ...again]) await one.dispose();
        },
      };
    },
  },
);

describe("unstorageStore on redis", () => {
  it("has Redis drop what has expired, a minute late", async () => {
    const { storage } = storageOn(`unstorage-${crypto.randomUUID()}`);
    const client = storage.getMount().driver.getInstance?.();
    const store = unstorageStore(storage);
    const now = Date.now();
    await store.set("k", record({ accessedAt: now, expiresAt: now + HOUR }));
    const keys: string[] = await storage.getKeys();
    expect(keys).toEqual([expect.stringMatching(/^sessions:record:[0-9a-f]{64}$/)]);
    const { base } = storage.getMount().driver.options;
    const ttl = await client.ttl(`${base}:${keys[0]}`);
    expect(ttl).toBeGreaterThan(HOUR / 1000 + 55);
    expect(ttl).toBeLessThanOrEqual(HOUR / 1000 + 60);
    await store.touch("k", now, null);
    expect(await client.ttl(`${base}:${keys[0]}`)).toBe(-1);
    await storage.clear();
    await storage.dispose();
  });
});
