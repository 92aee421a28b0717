import { describe, expect, test } from "vitest";
import { Browser, SECRET } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { fakeClock } from "../testing/clock.ts";
import { freshKey, HOUR, put, record } from "../testing/contract/subject.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { CLIENTS, type ClientName } from "./redis/clients.testing.ts";
import { COMMANDS } from "./redis/failure.ts";
import { storeOn } from "./redis/scene.testing.ts";
import { nameOf, watchedRedis } from "./redis/watch.testing.ts";
import type { SessionStore } from "./store.ts";

interface Data {
  user: string;
  n: number;
}

/** An application's sessions on a server that is watched. The scripts are known to it already. */
async function scene(client: ClientName, subject = false) {
  const redis = await watchedRedis();
  const store = storeOn(client, redis.url);
  await everything(store);
  const clock = fakeClock();
  const sessions = createSessions<Data>({
    secret: SECRET,
    store,
    clock,
    timeout: 3600,
    ...(subject ? { subject: (data) => data.user } : {}),
  });
  const browser = new Browser(sessions, fakeCookies({}, { clock }));
  await redis.sent();
  const cost = async (work: () => Promise<unknown>) => {
    await work();
    return (await redis.sent()).map(nameOf);
  };
  return { redis, sessions, clock, browser, cost };
}

/** Each thing that a store does. */
async function everything(given: SessionStore): Promise<void> {
  const store = given as Required<SessionStore>;
  const [key, other] = [freshKey(), freshKey()];
  const version = await put(store, key, { subject: "somebody" });
  await store.set(other, record({ expiresAt: null, subject: "somebody" }), "absent");
  await store.set(other, record(), "absent");
  await store.set(other, record({ expiresAt: null }), "present");
  const second = await store.set(key, record({ subject: "somebody" }), { version });
  await store.set(key, record({ subject: "somebody", expiresAt: null }), { version: String(second) });
  await store.touch(key, Date.now(), Date.now() + HOUR);
  await store.touch(key, Date.now(), null);
  const lock = await store.lock(key, { wait: 0, lease: 1000 });
  await store.lock(key, { wait: 5, lease: 1000 }).catch(() => {});
  await lock.renew();
  await lock.release();
  await store.delete(other);
  for await (const _ of store.list("somebody"));
}

describe.each(CLIENTS)("with %s", (client) => {
  test("a read, a save and a touch are one round trip each, an end and a regeneration two", async () => {
    const { browser, clock, cost } = await scene(client);
    expect(await cost(() => browser.start({ n: 1 }))).toEqual(["SET"]);
    expect(await cost(() => browser.data())).toEqual(["GET"]);
    const save = () =>
      browser.visit(async (session) => {
        session.data.n = 2;
        await session.save();
      });
    expect(await cost(save)).toEqual(["GET", "EVALSHA"]);
    clock.advance(600);
    // A mere read, after so long that it is written down.
    expect(await cost(() => browser.visit())).toEqual(["GET", "EVALSHA"]);
    expect(await cost(() => browser.visit((session) => session.regenerate()))).toEqual([
      "GET",
      "SET",
      "EVALSHA",
    ]);
    expect(await cost(() => browser.visit((session) => session.delete()))).toEqual(["GET", "EVALSHA", "DEL"]);
  });

  test("saves of a session that stays somebody's leave the index alone; a regeneration enters it beside the record", async () => {
    const { browser, cost } = await scene(client, true);
    expect(await cost(() => browser.start({ user: "ann" }))).toEqual(["EVAL", "SET"]);
    const save = async () => {
      await browser.visit(async (session) => {
        session.data.n = Math.random();
        await session.save();
      });
    };
    expect(await cost(save)).toEqual(["GET", "EVALSHA"]);
    expect(await cost(save)).toEqual(["GET", "EVALSHA"]);
    // Both at once, and then the old record: two round trips.
    expect(await cost(() => browser.visit((session) => session.regenerate()))).toEqual([
      "GET",
      "EVAL",
      "SET",
      "EVALSHA",
    ]);
  });

  test("a save that lost a race costs one more read and one more save", async () => {
    const { browser, cost } = await scene(client);
    await browser.start({ n: 1 });
    const [first, second] = [await browser.begin(), await browser.begin()];
    first.session.data.n = 2;
    second.session.data.user = "ann";
    await cost(() => first.session.save());
    expect(await cost(() => second.session.save())).toEqual(["EVALSHA", "GET", "EVALSHA"]);
    expect(await browser.data()).toEqual({ n: 2, user: "ann" });
  });

  test("only commands are sent and called that Redis 6.2 and Valkey have, and that the message about permissions names", async () => {
    const redis = await watchedRedis();
    await everything(storeOn(client, redis.url));
    const used = new Set([...(await redis.sent()), ...(await redis.called())].map(nameOf));
    expect([...used].filter((name) => !COMMANDS.includes(name))).toEqual([]);
    for (const name of used) {
      const [, docs] = (await redis.operator.call("COMMAND", "DOCS", name)) as [string, string[]];
      const since = docs[docs.indexOf("since") + 1];
      expect
        .soft(since?.localeCompare("6.2.0", "en", { numeric: true }), `${name} since ${since}`)
        .toBeLessThanOrEqual(0);
    }
  });

  test("a user who may do no more than the message says can do everything", async () => {
    const redis = await watchedRedis();
    const may = [...COMMANDS, "INFO", "CLIENT", "HELLO", "PING"].map((name) => `+${name.toLowerCase()}`);
    await redis.operator.call("ACL", "SETUSER", "shop", "on", ">secret", "~*", ...may);
    const store = storeOn(client, redis.url.replace("://", "://shop:secret@"));
    await everything(store);
    await redis.operator.call("ACL", "SETUSER", "shop", "-del");
    await expect(store.delete("anything")).rejects.toThrow(/may not do that.*DEL/);
  });
});
