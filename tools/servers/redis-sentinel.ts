/** Redis with a replica and three Sentinels, for the tests. */
import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort, ServerProcess, serverFolder, serverUser } from "./process.ts";
import { redisProcess } from "./redis.ts";
import { until } from "./redis-cluster.ts";

const GROUP = "sessions";
const HOST = "127.0.0.1";

/** A primary that is watched over. */
export interface RedisSentinel {
  /** `redis-sentinel://host:port,host:port,host:port/sessions`: the Sentinels, and the name they know the primary by. */
  readonly url: string;
  /** The primary at first, and its replica. */
  readonly servers: readonly [ServerProcess, ServerProcess];
  /** The port of the server that is the primary now, as the Sentinels say. */
  primary(): Promise<number>;
  /** Has the Sentinels make the replica the primary, though nothing is wrong; waits until they have. */
  failover(): Promise<void>;
  destroy(): void;
}

/** Starts them, ready for use. A primary that does not answer for a second is replaced. */
export async function startRedisSentinel(): Promise<RedisSentinel> {
  const [first, second, ...sentinels] = (await Promise.all(Array.from({ length: 5 }, freePort))) as [
    number,
    number,
    ...number[],
  ];
  const quick = ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"];
  const servers = [
    redisProcess("redis-primary", first, quick),
    redisProcess("redis-replica", second, [...quick, "--replicaof", HOST, String(first)]),
  ] as const;
  const watchers = sentinels.map((port) => sentinelProcess(port, sentinels, first, second));
  const asking = new Redis(sentinels[0] as number, HOST, { lazyConnect: true });
  asking.on("error", () => {});
  const primary = async () => {
    const [, port] = (await asking.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", GROUP)) as [string, string];
    return Number(port);
  };
  const running: RedisSentinel = {
    url: `redis-sentinel://${sentinels.map((port) => `${HOST}:${port}`).join(",")}/${GROUP}`,
    servers,
    primary,
    async failover() {
      const before = await primary();
      await until("The Sentinels do not fail over", async () => {
        if ((await primary()) !== before) return true;
        // "No suitable replica" while the last failover is not yet over.
        await asking.call("SENTINEL", "FAILOVER", GROUP);
        return false;
      });
    },
    destroy() {
      asking.disconnect();
      for (const one of [...watchers, ...servers]) one.destroy();
    },
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    await Promise.all(watchers.map((watcher) => watcher.start()));
    await until("The Sentinels do not see the replica", async () => {
      const [replica] = (await asking.call("SENTINEL", "REPLICAS", GROUP)) as string[][];
      const state = new Map<string, string>();
      for (let i = 0; i < (replica?.length ?? 0); i += 2)
        state.set(replica?.[i] ?? "", replica?.[i + 1] ?? "");
      return state.get("flags") === "slave" && state.get("master-link-status") === "ok";
    });
    return running;
  } catch (error) {
    running.destroy();
    throw error;
  }
}

/** One that knows the others and the replica from the start: to find them out takes ten seconds. */
function sentinelProcess(
  port: number,
  all: readonly number[],
  primary: number,
  replica: number,
): ServerProcess {
  const folder = serverFolder("redis-sentinel");
  const file = join(folder, "sentinel.conf");
  const id = (of: number) => String(of).padStart(40, "0");
  const lines = [
    `port ${port}`,
    `bind ${HOST}`,
    `dir ${folder}`,
    `sentinel myid ${id(port)}`,
    `sentinel monitor ${GROUP} ${HOST} ${primary} 2`,
    `sentinel down-after-milliseconds ${GROUP} 1000`,
    `sentinel failover-timeout ${GROUP} 3000`,
    `sentinel known-replica ${GROUP} ${HOST} ${replica}`,
    ...all
      .filter((one) => one !== port)
      .map((one) => `sentinel known-sentinel ${GROUP} ${HOST} ${one} ${id(one)}`),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const { uid, gid } = serverUser();
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
  return new ServerProcess("redis-server", port, folder, [file, "--sentinel"]);
}
