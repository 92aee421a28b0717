import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { type RedisOptions, startRedis } from "../../tools/servers/redis.ts";
import { Browser, SECRET } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { CLIENTS, STEADY } from "./redis/clients.testing.ts";
import { storeOn } from "./redis/scene.testing.ts";
import { pause, Traffic } from "./redis/traffic.testing.ts";

/** A server of this test's own, and users of four applications on it, one for each client. */
async function scene(options: RedisOptions = {}, clients = CLIENTS) {
  const server = await startRedis(options);
  onTestFinished(() => server.destroy());
  const traffic = new Traffic(server.url, clients);
  await traffic.begin();
  return { server, traffic };
}

/** Somebody at the server's console. */
function console(port: number): Redis {
  const redis = new Redis(port, { retryStrategy: () => 50 });
  redis.on("error", () => {});
  onTestFinished(() => redis.disconnect());
  return redis;
}

test.each(["SIGTERM", "SIGKILL"] as const)(
  "a server with an append-only file that is ended by %s and started again loses no acknowledged save",
  async (signal) => {
    const { server, traffic } = await scene({ durable: true }, STEADY);
    await server.process.stop(signal);
    await traffic.fails();
    await server.process.start();
    await traffic.works();
    await traffic.settle();
  },
);

test("a server that is frozen for 10 s holds no request up for longer than the time allowed", async () => {
  const { server, traffic } = await scene();
  server.process.freeze();
  await pause(10_000);
  const failed = traffic.failures.length;
  server.process.thaw();
  await traffic.works();
  await traffic.settle();
  expect(failed).toBeGreaterThan(0);
});

test("connections that are cut, again and again, are made anew", async () => {
  const { server, traffic } = await scene();
  const operator = console(server.port);
  let cut = 0;
  for (let round = 0; round < 10; round++) {
    cut += Number(await operator.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    await pause(100);
  }
  await traffic.works();
  await traffic.settle();
  expect(cut).toBeGreaterThan(4);
});

test("a server that restarts knows no scripts, and is told them again", async () => {
  const { server, traffic } = await scene();
  const operator = console(server.port);
  await operator.call("SCRIPT", "FLUSH");
  await traffic.works();
  await traffic.settle();
  expect(traffic.failures).toEqual([]);
});

test("a server whose memory is full refuses saves and loses nothing; who is there stays, and can sign out", async () => {
  const { server, traffic } = await scene({ args: ["--maxmemory-policy", "noeviction"] });
  const operator = console(server.port);
  const leaving = await Promise.all(
    CLIENTS.map(async (client) => {
      const sessions = createSessions({ secret: SECRET, store: storeOn(client, server.url) });
      const browser = new Browser(sessions, fakeCookies({}));
      await browser.start({ user: client });
      return { client, sessions, browser };
    }),
  );
  await operator.call("CONFIG", "SET", "maxmemory", "1mb");
  await traffic.fails();
  for (const { client, browser } of leaving) {
    await browser.visit(async (session) => {
      expect(session.data).toEqual({ user: client });
      session.data["more"] = 1;
      await expect(session.save()).rejects.toThrow(/memory is full.*nothing was written/);
      await session.delete();
    });
    await browser.visit((session) => expect(session.isNew).toBe(true));
  }
  await operator.call("CONFIG", "SET", "maxmemory", "0");
  await traffic.works();
  await traffic.settle();
});

test("commands do not pile up without limit while nothing is answered", async () => {
  const server = await startRedis();
  onTestFinished(() => server.destroy());
  for (const client of CLIENTS) {
    const store = storeOn(client, server.url);
    await store.get("anything");
    server.process.freeze();
    const waiting = Array.from({ length: 10_000 }, () => store.get("anything"));
    await expect(store.get("anything")).rejects.toThrow(/10000 commands wait for an answer already/);
    server.process.thaw();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([undefined]));
    expect(await store.get("anything")).toBeUndefined();
  }
});
