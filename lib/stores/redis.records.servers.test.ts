import { Redis } from "ioredis";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { freshKey, HOSTILE, HOUR, put, record } from "../testing/contract/subject.ts";
import type { RedisClient } from "./redis/client.ts";
import { CLIENTS, type ClientName, connect } from "./redis/clients.testing.ts";
import { keyNames } from "./redis/keys.ts";
import { freshPrefix, storeOn } from "./redis/scene.testing.ts";
import { redisStore } from "./redis.ts";
import type { SessionStore } from "./store.ts";

const url = inject("redisUrl");

function scene(change: (client: RedisClient) => RedisClient = (client) => client) {
  const connected = connect("ioredis 6", url);
  const operator = new Redis(url);
  onTestFinished(async () => {
    operator.disconnect();
    await connected.close();
  });
  const prefix = freshPrefix();
  const store = redisStore({ client: change(connected.client), prefix }) as Required<SessionStore>;
  return { store, operator, nameOf: (key: string) => `${prefix}{${key}}` };
}

describe("Redis keeps a record", () => {
  test.each([
    ["now", Date.now()],
    ["a clock in the past", Date.UTC(2001, 0)],
    ["a clock in the future", Date.UTC(2050, 0)],
  ])("a minute longer than it lasts by the application's clock: %s", async (_, now) => {
    const { store, operator, nameOf } = scene();
    const key = freshKey();
    const left = async () => Math.ceil((await operator.pttl(nameOf(key))) / 1000);
    await store.set(key, record({ createdAt: now, accessedAt: now, expiresAt: now + HOUR }));
    expect(await left()).toBe(3660);
    await store.touch(key, now + HOUR, now + 3 * HOUR);
    expect(await left()).toBe(2 * 3600 + 60);
    await store.set(key, record({ createdAt: now, accessedAt: now, expiresAt: now + 1000 }), "present");
    expect(await left()).toBe(61);
  });

  test("for ever that never expires, until it does", async () => {
    const { store, operator, nameOf } = scene();
    const key = freshKey();
    const version = await put(store, key, { expiresAt: null });
    expect(await operator.pttl(nameOf(key))).toBe(-1);
    await store.touch(key, 0, 1000);
    expect(await operator.pttl(nameOf(key))).toBeGreaterThan(0);
    await store.touch(key, 0, null);
    expect(await operator.pttl(nameOf(key))).toBe(-1);
    await store.set(key, record(), { version });
    expect(await operator.pttl(nameOf(key))).toBeGreaterThan(0);
  });

  test("that has just expired, so that a request on it still finds it", async () => {
    const { store } = scene();
    const key = freshKey();
    const version = await put(store, key, { expiresAt: Date.now() - HOUR });
    expect((await store.get(key))?.version).toBe(version);
    expect(await store.set(key, record(), "absent")).toBe(false);
    expect(await store.set(key, record(), { version })).toEqual(expect.any(String));
  });

  test("in one string, with 47 bytes beside its value", async () => {
    const { store, operator, nameOf } = scene();
    const key = freshKey();
    await put(store, key, { value: "x".repeat(500) });
    expect(await operator.strlen(nameOf(key))).toBe(547);
  });

  test("with instants that no record can hold brought within reach", async () => {
    const { store } = scene();
    const key = freshKey();
    await put(store, key, { createdAt: -5, accessedAt: 1.5, expiresAt: 1e300 });
    expect(await store.get(key)).toMatchObject({ createdAt: 0, accessedAt: 2, expiresAt: 8.64e15 });
  });
});

describe("a command that reaches the server twice, because its first answer was lost,", () => {
  /** What a client does that was cut off after the server had done its work. */
  const twice = (client: RedisClient): RedisClient => {
    const real = client as unknown as { call(...command: string[]): Promise<unknown> };
    return {
      async call(...command) {
        await real.call(...command).catch(() => {});
        return real.call(...command);
      },
    };
  };

  test("gives the answer that was lost", async () => {
    const { store } = scene(twice);
    const key = freshKey();
    const first = await store.set(key, record({ subject: "somebody" }), "absent");
    expect(first).toEqual(expect.any(String));
    const second = await store.set(key, record({ value: "second" }), { version: String(first) });
    expect(second).toEqual(expect.any(String));
    expect(await store.get(key)).toMatchObject({ value: "second", version: second });
    expect(await store.touch(key, Date.now(), null)).toBe(true);
    const lock = await store.lock(key, { wait: 0, lease: 20_000 });
    expect(await lock.renew()).toBe(true);
    await lock.release();
    await (await store.lock(key, { wait: 0, lease: 20_000 })).release();
    expect(await store.set(key, record(), "absent")).toBe(false);
    expect(await store.set(key, record(), { version: String(second) })).toBe(false);
  });
});

describe("a key that is not the store's", () => {
  test("of another kind is left alone, with a word about the prefix", async () => {
    const { store, operator, nameOf } = scene();
    const key = freshKey();
    await operator.hset(nameOf(key), "a", "b");
    const calls = [
      () => store.get(key),
      () => store.set(key, record(), { version: `${"a".repeat(12)}-` }),
      () => store.touch(key, 0, 1),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: "ERR_STORE_UNAVAILABLE",
        message: expect.stringMatching(/another application uses this key.*prefix/s),
        cause: expect.objectContaining({ message: expect.stringContaining("WRONGTYPE") }),
      });
    }
    expect(await operator.hget(nameOf(key), "a")).toBe("b");
  });

  test.each(["2", "something", "{}"])("that holds %s is no record", async (text) => {
    const { store, operator, nameOf } = scene();
    const key = freshKey();
    await operator.set(nameOf(key), text);
    await expect(store.get(key)).rejects.toThrow(/newer next-beaker, or by another application/);
  });
});

test("all keys of a session are in one slot of a cluster, whatever it is called", async () => {
  const cluster = storeOn("ioredis 6", inject("redisClusterUrl")) as Required<SessionStore>;
  const [, , place = ""] = inject("redisClusterUrl").split(/[/,]+/, 3);
  const node = new Redis(`redis://${place}`);
  onTestFinished(() => node.disconnect());
  const names = keyNames(freshPrefix());
  for (const key of [...HOSTILE, "", "}", "{", "{}", "a}b", "%", "%7B", freshKey()]) {
    const slots = [names.record(key), names.lock(key)].map((name) => node.cluster("KEYSLOT", name));
    const [record, lock] = await Promise.all(slots);
    expect(record, key).toBe(lock);
    await (await cluster.lock(key, { wait: 0, lease: 1000 })).release();
  }
});

test.each<ClientName>(CLIENTS)(
  "%s keeps a name that is hardly there apart from the others",
  async (client) => {
    const store = storeOn(client, url);
    const keys = ["", "%", "{", "}", "{}", "%7B", "%257B"];
    for (const key of keys) await put(store, key, { value: key });
    for (const key of keys) expect((await store.get(key))?.value).toBe(key);
  },
);
