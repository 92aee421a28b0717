import { describe, expect, onTestFinished, test } from "vitest";
import { freshKey, HOUR, put, record } from "../testing/contract/subject.ts";
import { CLIENTS, connect } from "./redis/clients.testing.ts";
import { freshPrefix } from "./redis/scene.testing.ts";
import { nameOf, watchedRedis } from "./redis/watch.testing.ts";
import { redisStore } from "./redis.ts";
import type { SessionStore } from "./store.ts";

const OWNER = "somebody";

/** 36 ** 5 milliseconds, 16.8 hours: within one such period the index of a session that goes on needs no write. */
const PERIOD = 60_466_176;
/** An instant with most of its period before it. */
const START = Math.ceil(Date.now() / PERIOD) * PERIOD + 1000;

async function scene(client = CLIENTS[1]!) {
  const redis = await watchedRedis();
  const connected = connect(client, redis.url);
  onTestFinished(connected.close);
  const prefix = freshPrefix();
  const store = redisStore({ client: connected.client, prefix }) as Required<SessionStore>;
  const index = `${prefix}subject:${OWNER}`;
  const { operator } = redis;
  await store.touch("the script", 0, 0);
  await store.set("the script", record(), { version: `${"a".repeat(12)}-` });
  await redis.sent();
  return {
    store,
    operator,
    index,
    recordOf: (key: string) => `${prefix}{${key}}`,
    sent: async () => (await redis.sent()).map(nameOf),
    entries: async () => (await operator.zrange(index, 0, -1)).sort(),
    /** As if it had been entered so many seconds ago. */
    entered: async (key: string, ago: number) => {
      const [seconds = "0"] = (await operator.time()) as unknown as string[];
      await operator.zadd(index, Number(seconds) - ago, key);
    },
  };
}

async function listed(store: Required<SessionStore>, subject = OWNER): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(subject)) keys.push(key);
  return keys.sort();
}

/** A record as a save at this instant writes it. */
const at = (now: number, expiresAt: number | null, subject?: string) =>
  record({ createdAt: now, accessedAt: now, expiresAt, subject });

describe("what is left in a subject's index", () => {
  test("is dropped by whoever lists, unless it was entered within the last hour", async () => {
    const { store, entered, entries } = await scene();
    const [live, ended, others, late] = [freshKey(), freshKey(), freshKey(), freshKey()];
    await put(store, live, { subject: OWNER });
    await put(store, others, { subject: "somebody else" });
    await entered(live, 4000);
    await entered(ended, 4000);
    await entered(others, 4000);
    // Its record may be on its way.
    await entered(late, 3000);
    expect(await listed(store)).toEqual([live]);
    expect(await entries()).toEqual([live, late].sort());
  });

  test("is dropped by whoever enters, whenever there are twice as many", async () => {
    const { store, entered, entries } = await scene();
    for (let count = 0; count < 31; count++) await entered(freshKey(), 4000);
    const key = freshKey();
    await put(store, key, { subject: OWNER });
    await expect.poll(entries).toEqual([key]);
  });

  test("is kept when it is entered again meanwhile", async () => {
    const { store, entered, entries } = await scene();
    const key = freshKey();
    await entered(key, 4000);
    await put(store, key, { subject: OWNER });
    await store.delete(key);
    expect(await listed(store)).toEqual([]);
    expect(await entries()).toEqual([key]);
  });
});

describe("an entry is there before its record,", () => {
  test("and a save that changes whose session it is waits for it", async () => {
    const { store, sent, entries } = await scene();
    const key = freshKey();
    const version = await put(store, key);
    await sent();
    const taken = await store.set(key, record({ subject: OWNER }), { version });
    expect(await sent()).toEqual(["EVAL", "EVALSHA"]);
    expect(await entries()).toEqual([key]);
    await store.set(key, record({ subject: OWNER }), { version: String(taken) });
    expect(await sent()).toEqual(["EVALSHA"]);
  });

  test("so if it cannot be written, nothing is", async () => {
    const { store, operator, index, recordOf } = await scene();
    const key = freshKey();
    const version = await put(store, key);
    await operator.set(index, "of another kind");
    const before = await operator.get(recordOf(key));
    const taking = record({ subject: OWNER });
    for (const when of [{ version }, "present", undefined] as const) {
      await expect(store.set(key, taking, when)).rejects.toThrow(/another application uses this key/);
      expect(await operator.get(recordOf(key))).toBe(before);
    }
    await expect(store.set(freshKey(), taking, "absent")).rejects.toThrow(/another application/);
  });
});

describe("an index", () => {
  test("is kept as long as each of its sessions, with a write only when the expiry has moved by hours", async () => {
    const { store, sent, operator, index, recordOf } = await scene();
    const key = freshKey();
    const lasts = async () => Number(await operator.pttl(index)) - Number(await operator.pttl(recordOf(key)));
    const now = START;
    let version = String(await store.set(key, at(now, now + HOUR, OWNER), "absent"));
    expect(await lasts()).toBeGreaterThan(0);
    await sent();
    // The same period; the touch is in another span of 46.7 seconds, and has the entry looked for.
    await store.touch(key, now + 2 * HOUR, now + 3 * HOUR);
    version = String(await store.set(key, at(now + 2 * HOUR, now + 4 * HOUR, OWNER), { version }));
    expect(await sent()).toEqual(["EVALSHA", "ZSCORE", "EVALSHA"]);
    expect(await lasts()).toBeGreaterThan(0);
    // The next, by a touch, and the one after, by a save.
    expect(await store.touch(key, now + 20 * HOUR, now + 21 * HOUR)).toBe(true);
    expect(await sent()).toEqual(["EVALSHA", "EVAL", "EVALSHA"]);
    expect(await lasts()).toBeGreaterThan(0);
    expect((await store.get(key))?.expiresAt).toBe(now + 21 * HOUR);
    await sent();
    version = String(await store.set(key, at(now + 20 * HOUR, now + 400 * HOUR, OWNER), { version }));
    expect(version).not.toBe("false");
    expect(await sent()).toEqual(["EVALSHA", "EVAL", "EVALSHA"]);
    expect(await lasts()).toBeGreaterThan(0);
    await store.touch(key, now + 20 * HOUR, null);
    expect([await operator.pttl(index), await operator.pttl(recordOf(key))]).toEqual([-1, -1]);
  });

  test("goes by itself when its last session has long expired", async () => {
    const { store, operator, index } = await scene();
    const now = START;
    await store.set(freshKey(), at(now, now + HOUR, OWNER), "absent");
    await store.set(freshKey(), at(now, now + 300 * HOUR, OWNER), "absent");
    await store.set(freshKey(), at(now, now + HOUR, OWNER), "absent");
    const left = Number(await operator.pttl(index)) / HOUR;
    expect(left).toBeGreaterThan(300);
    expect(left).toBeLessThan(300 + PERIOD / HOUR + 2);
  });

  test("with a session that never expires stays", async () => {
    const { store, operator, index } = await scene();
    await store.set(freshKey(), at(START, null, OWNER), "absent");
    await store.set(freshKey(), at(START, START + HOUR, OWNER), "absent");
    expect(await operator.pttl(index)).toBe(-1);
  });
});
