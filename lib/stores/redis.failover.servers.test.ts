import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { type RedisNode, startRedisCluster } from "../../tools/servers/redis-cluster.ts";
import { startRedisSentinel } from "../../tools/servers/redis-sentinel.ts";
import { Browser, SECRET } from "../session/kinds.testing.ts";
import { createSessions } from "../sessions.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { CLIENTS } from "./redis/clients.testing.ts";
import { storeWithPrefix } from "./redis/scene.testing.ts";
import { Traffic } from "./redis/traffic.testing.ts";

/** Waits until a replica has all that was written to this primary until now. */
async function replicated(port: number): Promise<void> {
  const primary = new Redis(port);
  await primary.call("WAIT", "1", "5000");
  primary.disconnect();
}

async function sentinels() {
  const servers = await startRedisSentinel();
  onTestFinished(() => servers.destroy());
  const traffic = new Traffic(servers.url);
  await traffic.begin();
  return { servers, traffic };
}

async function cluster() {
  const servers = await startRedisCluster({ nodeTimeout: 1000 });
  onTestFinished(() => servers.destroy());
  const traffic = new Traffic(servers.url);
  await traffic.begin();
  return { servers, traffic };
}

test("a failover that the Sentinels are asked for leaves nobody with a read-only replica", async () => {
  const { servers, traffic } = await sentinels();
  const [primary] = servers.servers;
  await replicated(primary.port);
  const from = performance.now();
  await servers.failover();
  await traffic.works();
  await traffic.settle({ from, until: performance.now() });
});

test("a primary that is killed is replaced by its replica, which the Sentinels promote", async () => {
  const { servers, traffic } = await sentinels();
  const [primary] = servers.servers;
  await replicated(primary.port);
  const from = performance.now();
  await primary.stop("SIGKILL");
  await traffic.fails();
  await traffic.works();
  await traffic.settle({ from, until: performance.now() });
});

test("slots that move to another node while their sessions are saved and locked lose nothing", async () => {
  const { servers, traffic } = await cluster();
  const counters = CLIENTS.map((client) => {
    const { store, prefix } = storeWithPrefix(client, servers.url);
    const { getSession } = createSessions<{ count: number }>({ secret: SECRET, store });
    return { prefix, browser: new Browser({ getSession } as never, fakeCookies({})), added: 0 };
  });
  const ids = await Promise.all(counters.map(({ browser }) => browser.start({ count: 0 })));
  let over = false;
  const adding = Promise.all(
    counters.map(async (counter) => {
      while (!over) {
        await counter.browser.visit((session) =>
          session.update((data) => {
            data["count"] = Number(data["count"]) + 1;
          }),
        );
        counter.added++;
      }
    }),
  );
  const moving = [...counters.map(({ prefix }, index) => `${prefix}{${ids[index]}}`), ...traffic.records()];
  for (const key of moving) await servers.move(key, 100);
  over = true;
  await adding;
  await traffic.works();
  await traffic.settle();
  for (const { browser, added } of counters) expect(await browser.data()).toEqual({ count: added });
  expect(traffic.failures).toEqual([]);
});

test("a primary of a cluster that is killed is replaced by its replica", async () => {
  const { servers, traffic } = await cluster();
  const [primary] = servers.nodes as [RedisNode];
  await replicated(primary.port);
  const from = performance.now();
  await primary.process.stop("SIGKILL");
  await traffic.works();
  await traffic.settle({ from, until: performance.now() });
});

test("a primary of a cluster that hangs is replaced, though connections to it stay open", async () => {
  const { servers, traffic } = await cluster();
  const [primary] = servers.nodes as [RedisNode];
  await replicated(primary.port);
  const from = performance.now();
  primary.process.freeze();
  await traffic.fails();
  await traffic.works();
  primary.process.thaw();
  await servers.ready();
  await traffic.works();
  await traffic.settle({ from, until: performance.now() });
});
