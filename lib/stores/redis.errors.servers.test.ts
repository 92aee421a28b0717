import { inspect } from "node:util";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { startRedis } from "../../tools/servers/redis.ts";
import { Browser, SECRET } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { freshKey, record } from "../testing/contract/subject.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { CLIENTS, type ClientName, connect } from "./redis/clients.testing.ts";
import { freshPrefix, storeOn } from "./redis/scene.testing.ts";
import { redisStore } from "./redis.ts";

const DATA = "DE-SECRET-IBAN";

/** What a log that shows everything shows. */
const logged = (said: unknown) => inspect(said, { depth: 10, showHidden: true, getters: true });

async function scene(client: ClientName, ...args: string[]) {
  const server = await startRedis({ args });
  onTestFinished(() => server.destroy());
  return storeOn(client, server.url);
}

describe.each(CLIENTS)("what a save could not write is not in its error (%s):", (client) => {
  test("the memory is full, which the session's error and event say", async () => {
    const store = await scene(client, "--maxmemory", "1", "--maxmemory-policy", "noeviction");
    const events: unknown[] = [];
    const sessions = createSessions({ secret: SECRET, store, onEvent: (event) => events.push(event) });
    const browser = new Browser(sessions, fakeCookies({}));
    const error = await browser.start({ iban: DATA }).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "ERR_STORE_UNAVAILABLE",
      cause: {
        message: expect.stringMatching(/^OOM command not allowed/),
        stack: expect.stringContaining("    at "),
      },
    });
    expect(events).toContainEqual(expect.objectContaining({ type: "store-error" }));
    expect(logged([error, events])).not.toContain(DATA);
    if (!client.startsWith("ioredis")) return;
    expect(error).toMatchObject({ cause: { name: "ReplyError", command: { name: "SET" } } });
  });

  test("the server does not know the command, and quotes its arguments", async () => {
    const store = await scene(client, "--rename-command", "SET", "", "--rename-command", "EVALSHA", "");
    const key = freshKey();
    const given = record({ value: DATA });
    for (const when of [undefined, { version: `${"a".repeat(12)}-` }]) {
      const error = await store.set(key, given, when).catch((error: unknown) => error);
      expect(error).toMatchObject({
        message: expect.stringMatching(/^redis store: ERR unknown command '(SET|EVALSHA)'\. Check/),
        cause: { message: expect.stringMatching(/^ERR unknown command '(SET|EVALSHA)'$/) },
      });
      expect(logged(error)).not.toMatch(new RegExp(`${DATA}|${key}`));
    }
  });
});

test.each(CLIENTS.slice(2))(
  "a server that none of its addresses reaches is said not to answer (%s)",
  async (name) => {
    const server = await startRedis();
    server.destroy();
    const places = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
    const lookup = (_: string, __: object, found: (error: null, places: object[]) => void) =>
      found(null, places);
    const { client, close } = connect(name, `redis://redis.test:${server.port}`, {
      socket: { reconnectStrategy: false, lookup },
    });
    onTestFinished(close);
    await expect(redisStore({ client }).get("anything")).rejects.toMatchObject({
      message: "redis store: ECONNREFUSED. Check that the server runs and can be reached.",
      cause: {
        errors: places.map(({ address }) => expect.objectContaining({ code: "ECONNREFUSED", address })),
      },
    });
  },
);

test.each(CLIENTS.slice(0, 2))("nor is what a lost connection had it abort (%s)", async (name) => {
  const server = await startRedis();
  onTestFinished(() => server.destroy());
  const { client, close } = connect(name, server.url, { enableAutoPipelining: true });
  onTestFinished(close);
  const store = redisStore({ client, prefix: freshPrefix() });
  const save = () => store.set(freshKey(), record({ value: DATA }), "absent");
  await save();
  // One pipeline: the first is answered, and the second holds up the third.
  save().catch(() => {});
  (client as Redis).call("BLPOP", freshPrefix(), "0").catch(() => {});
  const third = save().catch((error: unknown) => error);
  const operator = new Redis(server.port);
  onTestFinished(() => operator.disconnect());
  operator.on("error", () => {});
  await expect.poll(() => operator.dbsize()).toBe(2);
  await server.process.stop("SIGKILL");
  const error = await third;
  expect(error).toMatchObject({ cause: { name: "AbortError", command: { name: "SET" } } });
  expect(logged(error)).not.toContain(DATA);
});
