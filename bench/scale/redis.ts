import { statSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "redis";
import type { SessionStore } from "../../lib/stores/store.ts";
import { startRedis } from "../../tools/servers/redis.ts";
import { type Engine, type OpenEngine, timed } from "./engine.ts";
import { redisStore } from "./library.ts";
import type { Population } from "./population.ts";

const AT_ONCE = 1000;

/** Two servers, since all keys of one lie in one table. */
export const openRedis: OpenEngine = async (population, sizes): Promise<Engine> => {
  const [fewer, more] = [await startRedis(), await startRedis()];
  const clients = [createClient({ url: fewer.url }), createClient({ url: more.url })] as const;
  const close = async () => {
    for (const client of clients) client.destroy();
    fewer.destroy();
    more.destroy();
  };
  try {
    for (const client of clients) await client.connect();
    const [small, large] = [redisStore({ client: clients[0] }), redisStore({ client: clients[1] })];
    const used = async () => Number(/used_memory:(\d+)/.exec(await clients[1].info("memory"))![1]);
    await fill(small, population, sizes.small);
    const empty = await used();
    const loading = await timed(() => fill(large, population, sizes.large));
    return {
      name: "Redis",
      small,
      large,
      loading,
      async footprint() {
        const memory = (await used()) - empty;
        await clients[1].sendCommand(["SAVE"]);
        const { dir, dbfilename } = await clients[1].configGet(["dir", "dbfilename"]);
        return { disk: statSync(join(dir!, dbfilename!)).size, memory, memoryGrows: true };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Through the store itself; the client sends in one go what is asked for at once. */
async function fill(store: SessionStore, population: Population, count: number): Promise<void> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, at) => first + at);
    await Promise.all(
      numbers.map((number) => store.set(population.key(number), population.record(number), "absent")),
    );
  }
}
