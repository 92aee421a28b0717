import { type Cluster, Redis } from "ioredis";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { startRedis } from "../../tools/servers/redis.ts";
import { Browser, SECRET } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { fakeClock } from "../testing/clock.ts";
import { freshKey, HOUR, record } from "../testing/contract/subject.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { CLIENTS, type ClientName, connect } from "./redis/clients.testing.ts";
import { storeOn, storeWithPrefix } from "./redis/scene.testing.ts";
import { pause } from "./redis/traffic.testing.ts";
import { nameOf, watchedRedis } from "./redis/watch.testing.ts";
import type { SessionStore } from "./store.ts";

/** 36 ** 3 milliseconds: a session's entry is looked for once in each such span. */
const SPAN = 46_656;
/** 36 ** 5: in the next period the index is written anyway. */
const PERIOD = 60_466_176;
/** An instant at the beginning of a span, and of a period. */
const START = Math.ceil(Date.now() / PERIOD) * PERIOD;

const at = (now: number, subject?: string) =>
  record({ createdAt: now, accessedAt: now, expiresAt: now + HOUR, subject });

async function scene(client: ClientName) {
  const redis = await watchedRedis();
  const { store, prefix } = storeWithPrefix(client, redis.url);
  const index = (subject: string) => `${prefix}subject:${subject}`;
  await store.touch("the script", 0, 0);
  await store.set("the script", record(), { version: `${"a".repeat(12)}-` });
  await redis.sent();
  return {
    store: store as Required<SessionStore>,
    operator: redis.operator,
    evict: (subject: string) => redis.operator.del(index(subject)),
    entries: (subject: string) => redis.operator.zrange(index(subject), 0, -1),
    /** In time: nobody waits for what looks at the index. */
    async sends(expected: string[]) {
      const all: string[] = [];
      await expect
        .poll(async () => {
          all.push(...(await redis.sent()).map(nameOf));
          return all;
        })
        .toEqual(expected);
    },
    index,
  };
}

describe.each(CLIENTS)("a session whose subject's index was evicted (%s)", (client) => {
  test("enters itself again with its first touch and its first save of a span", async () => {
    const { store, evict, entries, sends } = await scene(client);
    const key = freshKey();
    let version = String(await store.set(key, at(START, "ann"), "absent"));
    const save = async (now: number) => {
      version = String(await store.set(key, at(now, "ann"), { version }));
      expect(version).not.toBe("false");
    };
    await evict("ann");
    await sends(["EVAL", "SET"]);
    await save(START + SPAN - 1);
    expect(await store.touch(key, START + SPAN - 1, START + HOUR)).toBe(true);
    await sends(["EVALSHA", "EVALSHA"]);
    await save(START + SPAN);
    await expect.poll(() => entries("ann")).toEqual([key]);
    await sends(["EVALSHA", "ZSCORE", "EVAL"]);
    await evict("ann");
    expect(await store.touch(key, START + 2 * SPAN, START + HOUR)).toBe(true);
    await expect.poll(() => entries("ann")).toEqual([key]);
    await sends(["EVALSHA", "ZSCORE", "EVAL"]);
    // It is there.
    expect(await store.touch(key, START + 3 * SPAN, START + HOUR)).toBe(true);
    await save(START + 4 * SPAN);
    await sends(["EVALSHA", "ZSCORE", "EVALSHA", "ZSCORE"]);
    expect((await store.get(key))?.version).toBe(version);
  });

  test("does so whatever the subject is called, and beside others that have", async () => {
    const { store, evict, entries } = await scene(client);
    for (const subject of ["žluť 🍪 ☂", "🍪", "a", "z".repeat(36), "ž".repeat(3000), "1:a", "a:b"]) {
      const [key, other] = [freshKey(), freshKey()];
      for (const one of [key, other]) await store.set(one, at(START, subject), "absent");
      await evict(subject);
      for (const one of [key, other]) {
        expect(await store.touch(one, START + SPAN, START + HOUR)).toBe(true);
        await expect.poll(() => entries(subject)).toContain(one);
      }
    }
  });

  test("is nobody's: nothing is looked for", async () => {
    const { store, sends } = await scene(client);
    const key = freshKey();
    const version = String(await store.set(key, { ...at(START), value: "1:ann" }, "absent"));
    await sends(["SET"]);
    expect(await store.touch(key, START + SPAN, START + HOUR)).toBe(true);
    expect(await store.set(key, at(START + 2 * SPAN), { version })).not.toBe(false);
    await sends(["EVALSHA", "EVALSHA"]);
    await store.get(key);
    await sends(["GET"]);
  });

  test("is touched and saved though its index cannot be read", async () => {
    const { store, operator, index } = await scene(client);
    const key = freshKey();
    const version = String(await store.set(key, at(START, "ann"), "absent"));
    await operator.set(index("ann"), "of another kind");
    expect(await store.touch(key, START + SPAN, START + HOUR)).toBe(true);
    expect(await store.set(key, at(START + 2 * SPAN, "ann"), { version })).not.toBe(false);
  });

  test("enters itself again on a cluster", async () => {
    const { store, prefix } = storeWithPrefix(client, inject("redisClusterUrl"));
    const { client: operator, close } = connect("ioredis 5", inject("redisClusterUrl"));
    onTestFinished(close);
    const keys = Array.from({ length: 10 }, freshKey);
    for (const key of keys) {
      await store.set(key, at(START, key), "absent");
      await (operator as Cluster).del(`${prefix}subject:${key}`);
      expect(await store.touch(key, START + SPAN, START + HOUR)).toBe(true);
    }
    const listed = async () => {
      const found: string[] = [];
      for (const subject of keys) for await (const { key } of store.list?.(subject) ?? []) found.push(key);
      return found;
    };
    await expect.poll(listed).toEqual(keys);
  });
});

test("a server that evicts any key loses nobody who is in use for revokeAll", async () => {
  const policy = ["--maxmemory-policy", "allkeys-lru", "--maxmemory-samples", "64"];
  const server = await startRedis({ args: ["--maxmemory", "4mb", ...policy] });
  onTestFinished(() => server.destroy());
  const operator = new Redis(server.port);
  onTestFinished(() => operator.disconnect());
  const clock = fakeClock();
  const sessions = createSessions<{ user: string; much: string }>({
    secret: SECRET,
    store: storeOn("ioredis 6", server.url),
    clock,
    timeout: 1800,
    subject: (data) => data.user,
  });
  const signIn = async (user: string, much: number) => {
    const browser = new Browser(sessions, fakeCookies({}, { clock }));
    await browser.start({ user, much: "m".repeat(much) });
    return browser;
  };
  const users = Array.from({ length: 50 }, (_, number) => `user ${number}`);
  const browsers = await Promise.all(users.map((user) => signIn(user, 2000)));
  for (let round = 0; round < 8; round++) {
    await Promise.all(Array.from({ length: 100 }, (_, n) => signIn(`passer-by ${round} ${n}`, 10_000)));
    clock.advance(61);
    await Promise.all(browsers.map((browser) => browser.visit()));
    // Redis tells the ages of keys by the second.
    await pause(1100);
  }
  expect(Number(/evicted_keys:(\d+)/.exec(await operator.info("stats"))?.[1])).toBeGreaterThan(500);
  const revoked = await Promise.all(users.map((user) => sessions.revokeAll(user)));
  expect(revoked).toEqual(users.map(() => 1));
  const alive = await Promise.all(browsers.map((browser) => browser.visit((session) => !session.isNew)));
  expect(alive.filter(Boolean)).toEqual([]);
});
