import { Redis } from "ioredis";
import { Redis as Redis6 } from "ioredis-6";
import * as redis6 from "redis";
import * as redis5 from "redis-5";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { startRedis } from "../../tools/servers/redis.ts";
import { ConfigError, StoreUnavailableError } from "../errors.ts";
import { freshKey, HOUR, put, record } from "../testing/contract/subject.ts";
import type { RedisClient } from "./redis/client.ts";
import { CLIENTS, type ClientName, connect, STEADY } from "./redis/clients.testing.ts";
import { freshPrefix } from "./redis/scene.testing.ts";
import { redisStore } from "./redis.ts";
import type { SessionStore } from "./store.ts";

const url = inject("redisUrl");

/** Each kind of answer that a store reads. */
async function works(given: SessionStore): Promise<void> {
  const store = given as Required<SessionStore>;
  const key = freshKey();
  const version = await put(store, key, { value: "žluť 🍪", subject: "owner" });
  expect(await store.get(key)).toMatchObject({ value: "žluť 🍪", subject: "owner", version });
  expect(await store.set(key, record(), "absent")).toBe(false);
  const second = await store.set(key, record({ subject: "owner" }), { version });
  expect(second).toEqual(expect.any(String));
  expect(await store.set(key, record(), { version })).toBe(false);
  expect(await store.touch(key, 0, null)).toBe(true);
  // In another period: the answer is the record.
  expect(await store.touch(key, Date.now(), Date.now())).toBe(true);
  const lock = await store.lock(key, { wait: 0, lease: 1000 });
  await expect(store.lock(key, { wait: 0, lease: 1000 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
  expect(await lock.renew()).toBe(true);
  await lock.release();
  const found: string[] = [];
  for await (const entry of store.list("owner")) found.push(entry.key);
  expect(found).toEqual([key]);
  expect(await store.delete(key)).toBe(true);
  expect(await store.delete(key)).toBe(false);
  expect(await store.get(key)).toBeUndefined();
}

describe("a client works, however it is set up:", () => {
  test.each<[string, ClientName, object]>([
    ["numbers as strings", "ioredis 5", { stringNumbers: true }],
    ["numbers as strings", "ioredis 6", { stringNumbers: true }],
    ["automatic pipelines", "ioredis 5", { enableAutoPipelining: true }],
    ["automatic pipelines", "ioredis 6", { enableAutoPipelining: true }],
    ["impatient", "ioredis 6", { commandTimeout: 1000, maxRetriesPerRequest: 1 }],
    ["not connected until it is used", "ioredis 6", { lazyConnect: true }],
    ["RESP 2", "ioredis 6", { protocol: 2 }],
    ["RESP 3", "ioredis 6", { protocol: 3 }],
    ["RESP 3 with its own types", "ioredis 6", { protocol: 3, replyMapping: "resp3" }],
    ["no offline queue", "node-redis 5", { disableOfflineQueue: true }],
    ["no offline queue", "node-redis 6", { disableOfflineQueue: true }],
    ["RESP 2", "node-redis 5", { RESP: 2 }],
    ["RESP 3", "node-redis 5", { RESP: 3 }],
    ["RESP 2", "node-redis 6", { RESP: 2 }],
    ["RESP 3", "node-redis 6", { RESP: 3 }],
    [
      "strings as buffers, numbers as strings",
      "node-redis 5",
      { RESP: 3, commandOptions: { typeMapping: { 36: Buffer, 43: Buffer, 58: String } } },
    ],
    [
      "strings as buffers, numbers as strings",
      "node-redis 6",
      { RESP: 3, commandOptions: { typeMapping: { 36: Buffer, 43: Buffer, 58: String } } },
    ],
  ])("%s (%s)", async (_, name, options) => {
    const { client, close } = connect(name, url, options);
    onTestFinished(close);
    await works(redisStore({ client, prefix: freshPrefix() }));
  });

  test.each([
    ["ioredis 5", Redis],
    ["ioredis 6", Redis6 as unknown as typeof Redis],
  ] as const)("a prefix of its own, which goes in front of the store's (%s)", async (_, Client) => {
    const keyPrefix = freshPrefix();
    const client = new Client(url, { keyPrefix });
    const operator = new Redis(url);
    onTestFinished(() => {
      client.disconnect();
      operator.disconnect();
    });
    const store = redisStore({ client, prefix: "s:" });
    await works(store);
    const key = freshKey();
    await put(store, key, { subject: "owner" });
    await (store as Required<SessionStore>).lock(key, { wait: 0, lease: 10_000 });
    const names = await operator.keys(`${keyPrefix}*`);
    const expected = [`s:{${key}}`, `s:{${key}}:lock`, "s:subject:owner"].map((name) => keyPrefix + name);
    expect(names.sort()).toEqual(expected.sort());
  });

  test.each([
    ["node-redis 5", redis5 as unknown as typeof redis6],
    ["node-redis 6", redis6],
  ] as const)("a pool (%s)", async (_, { createClientPool }) => {
    const pool = createClientPool({ url });
    onTestFinished(() => pool.destroy());
    await works(redisStore({ client: pool, prefix: freshPrefix() }));
  });
});

test.each<[ClientName, object]>([
  ["ioredis 5", { maxRetriesPerRequest: 1, commandTimeout: 2000 }],
  ["ioredis 6", { maxRetriesPerRequest: 1, commandTimeout: 2000 }],
  ["node-redis 6", { disableOfflineQueue: true }],
])("%s, set up as recommended, sends nothing that it reported as failed", async (name, options) => {
  const server = await startRedis();
  const { client, close } = connect(name, server.url, options);
  onTestFinished(async () => {
    await close();
    server.destroy();
  });
  const store = redisStore({ client, prefix: freshPrefix() });
  const key = freshKey();
  await store.get(key);
  await server.process.stop();
  await expect(store.set(key, record(), "absent")).rejects.toThrow(StoreUnavailableError);
  await server.process.start();
  await expect.poll(() => store.get(key).catch(() => "down"), { timeout: 10_000 }).toBeUndefined();
  await works(store);
  expect(await store.get(key)).toBeUndefined();
});

test.each(CLIENTS)("a cluster is used by many at once before it is connected (%s)", async (name) => {
  const { client, close } = connect(name, inject("redisClusterUrl"));
  onTestFinished(close);
  const stores = Array.from({ length: 3 }, () => redisStore({ client, prefix: freshPrefix() }));
  await Promise.all(stores.flatMap((store) => [works(store), store.get("anything"), store.get("nothing")]));
});

test.each(["ioredis 5", "ioredis 6"] as const)(
  "a cluster is used by many at once through automatic pipelines (%s)",
  async (name) => {
    const { client, close } = connect(name, inject("redisClusterUrl"), { enableAutoPipelining: true });
    onTestFinished(close);
    const store = redisStore({ client, prefix: freshPrefix() }) as Required<SessionStore>;
    await works(store);
    const keys = Array.from({ length: 50 }, freshKey);
    const all = <T>(work: (key: string) => Promise<T>) => Promise.all(keys.map(work));
    const owner = (key: string) => `${key.charCodeAt(0) % 5}`;
    await all(async (key) => {
      const version = await put(store, key, { subject: owner(key) });
      expect(await store.set(key, record({ subject: owner(key) }), { version })).not.toBe(false);
    });
    expect(new Set(await all((key) => store.touch(key, Date.now(), Date.now() + HOUR)))).toEqual(
      new Set([true]),
    );
    const locks = await all((key) => store.lock(key, { wait: 0, lease: 10_000 }));
    expect(new Set(await Promise.all(locks.map((lock) => lock.renew())))).toEqual(new Set([true]));
    await Promise.all(locks.map((lock) => lock.release()));
    const listed: string[] = [];
    for (const subject of new Set(keys.map(owner))) {
      for await (const { key } of store.list(subject)) listed.push(key);
    }
    expect(listed.sort()).toEqual(keys.sort());
    expect(new Set(await all((key) => store.delete(key)))).toEqual(new Set([true]));
  },
);

describe.each([
  ["node-redis 5", redis5 as unknown as typeof redis6],
  ["node-redis 6", redis6],
] as const)("%s", (name, { createClient }) => {
  test("is connected by the first of many commands, of several stores, and not if the application has done it", async () => {
    const client = createClient({ url });
    onTestFinished(() => client.destroy());
    let connections = 0;
    client.on("ready", () => connections++);
    const stores = Array.from({ length: 3 }, () => redisStore({ client: client, prefix: freshPrefix() }));
    await Promise.all(stores.map(works));
    expect(connections).toBe(1);

    const connected = await createClient({ url }).connect();
    onTestFinished(() => connected.destroy());
    await works(redisStore({ client: connected, prefix: freshPrefix() }));
  });

  test("is not opened again once the application has closed it", async () => {
    const { client, close } = connect(name, url);
    const store = redisStore({ client, prefix: freshPrefix() });
    await works(store);
    await close();
    await expect(store.get("anything")).rejects.toThrow(/client is closed/i);
    expect((client as unknown as { isOpen: boolean }).isOpen).toBe(false);
  });

  test("that could not connect tries again with the next command", async () => {
    const server = await startRedis();
    onTestFinished(() => server.destroy());
    await server.process.stop();
    const { client, close } = connect(name, server.url, { socket: { reconnectStrategy: false } });
    onTestFinished(close);
    const store = redisStore({ client, prefix: freshPrefix() });
    await expect(store.get("anything")).rejects.toThrow(StoreUnavailableError);
    await server.process.start();
    await works(store);
  });

  test.each(STEADY.filter((one) => one === name))(
    "without anybody who listens for its errors does not end the process when the server goes",
    async () => {
      const server = await startRedis();
      onTestFinished(() => server.destroy());
      const client = createClient({ url: server.url });
      onTestFinished(() => client.destroy());
      expect(client.listenerCount("error")).toBe(0);
      const store = redisStore({ client: client, prefix: freshPrefix() });
      await works(store);
      await server.process.stop("SIGKILL");
      // Answered when the server is there again, or refused because it has gone: node-redis does either.
      const waiting = store.get("anything").catch((error: unknown) => error);
      await server.process.start();
      expect([undefined, "ERR_STORE_UNAVAILABLE"]).toContain(
        ((await waiting) as StoreUnavailableError | undefined)?.code,
      );
      await works(store);
      expect(client.listenerCount("error")).toBe(1);
    },
  );
});

describe("a client that will not do is refused, with what to do:", () => {
  test.each<[string, unknown]>([
    ["none", undefined],
    ["null", null],
    ["an address", url],
    ["an object", {}],
    ["a Map", new Map()],
    ["a promise of one", Promise.resolve()],
  ])("%s", (_, client) => {
    const make = () => redisStore({ client: client as RedisClient });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(/redisStore\(\{ client \}\) must be a client of ioredis .* or of node-redis/);
  });

  test.each<[string, ClientName, object]>([
    ["one that reads from replicas", "ioredis 5", { scaleReads: "slave" }],
    ["one that reads from all", "ioredis 6", { scaleReads: "all" }],
  ])("%s", (_, name, options) => {
    const { client, close } = connect(name, inject("redisClusterUrl"), options);
    onTestFinished(close);
    expect(() => redisStore({ client })).toThrow(/reads from primaries/);
  });

  test("one that asks Sentinels for a replica", () => {
    const { client, close } = connect("ioredis 6", inject("redisSentinelUrl"), { role: "slave" });
    onTestFinished(close);
    expect(() => redisStore({ client })).toThrow(/reads from primaries/);
  });

  test.each([undefined, null, "redis", 5])("options that are %s", (options) => {
    expect(() => redisStore(options as never)).toThrow(ConfigError);
  });

  test("an option that there is not, and a prefix that is none", () => {
    const { client, close } = connect("ioredis 6", url);
    onTestFinished(close);
    expect(() => redisStore({ client, ttl: 5 } as never)).toThrow(/no option "ttl".*client, prefix/);
    for (const prefix of [5, null, "a{b}", "}"]) {
      expect(() => redisStore({ client, prefix: prefix as string })).toThrow(/prefix.*without braces/s);
    }
  });
});

describe("the server's refusal comes in words, with what to do:", () => {
  test.each(CLIENTS)("a node of a cluster, asked by a client for one server (%s)", async (name) => {
    const [, , place = ""] = inject("redisClusterUrl").split(/[/,]+/, 3);
    const { client, close } = connect(name, `redis://${place}`);
    onTestFinished(close);
    const store = redisStore({ client, prefix: freshPrefix() });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => store.get(freshKey())));
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) {
      expect(error).toMatchObject({
        code: "ERR_STORE_UNAVAILABLE",
        message: expect.stringContaining("createCluster"),
      });
    }
  });

  // node-redis 6 says so to its listeners only, and goes on trying.
  test.each(CLIENTS.slice(0, 3))("a password that it wants (%s)", async (name) => {
    const server = await startRedis({ args: ["--requirepass", "secret"] });
    onTestFinished(() => server.destroy());
    const { client, close } = connect(name, server.url);
    onTestFinished(close);
    const store = redisStore({ client, prefix: freshPrefix() });
    await expect(store.get("anything")).rejects.toThrow(/wants a password.*Give the client one/);
  });

  test.each(CLIENTS)("a replica (%s)", async (name) => {
    const server = await startRedis();
    onTestFinished(() => server.destroy());
    const { client, close } = connect(name, server.url);
    const operator = new Redis(server.url);
    onTestFinished(async () => {
      operator.disconnect();
      await close();
    });
    const store = redisStore({ client, prefix: freshPrefix() });
    const key = freshKey();
    const version = await put(store, key);
    await operator.call("REPLICAOF", "127.0.0.1", "1");
    for (const when of [{ version }, "absent"] as const) {
      await expect(store.set(key, record(), when)).rejects.toThrow(/this is a replica, nothing was written/);
    }
    expect((await store.get(key))?.version).toBe(version);
    await operator.call("REPLICAOF", "NO", "ONE");
    await works(store);
  });
});
