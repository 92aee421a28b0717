/** A Redis Cluster for the tests: three primaries, each with a replica, on loopback. */
import { Redis } from "ioredis";
import { freePort, type ServerProcess } from "./process.ts";
import { redisProcess } from "./redis.ts";

/** How it is started. */
export interface RedisClusterOptions {
  /** Milliseconds after which a node that does not answer counts as failing, and its replica takes over. Default 5000. */
  readonly nodeTimeout?: number;
}

/** One of the six. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
  readonly process: ServerProcess;
}

/** A running cluster. */
export interface RedisCluster {
  /** The first three are primaries; each one's replica comes three later. */
  readonly nodes: readonly RedisNode[];
  readonly url: string;
  /** Sends a command to one node. */
  ask(node: RedisNode, ...command: string[]): Promise<unknown>;
  /** Moves a key's slot to another primary while it is in use, resting in between for so many milliseconds. */
  move(key: string, rest: number): Promise<void>;
  /** Waits until all nodes that run say that each slot is served. */
  ready(): Promise<void>;
  destroy(): void;
}

const SLOTS = 16_384;
const PRIMARIES = 3;

/** Starts one, ready for use. */
export async function startRedisCluster({
  nodeTimeout = 5000,
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  // All at once, so that no port is given twice.
  const ports = await Promise.all(Array.from({ length: 4 * PRIMARIES }, freePort));
  const nodes = ports.slice(0, 2 * PRIMARIES).map((port, index): RedisNode => {
    const bus = String(ports[index + 2 * PRIMARIES]);
    const process = redisProcess("redis-cluster", port, [
      ...["--cluster-enabled", "yes", "--cluster-port", bus],
      ...["--cluster-node-timeout", String(nodeTimeout), "--cluster-replica-validity-factor", "0"],
      // A replica elects itself the sooner the less it waits for a full copy.
      ...["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"],
    ]);
    return { host: "127.0.0.1", port, process };
  });
  const clients = new Map(
    nodes.map((node) => [node, new Redis(node.port, node.host, { lazyConnect: true })]),
  );
  for (const client of clients.values()) client.on("error", () => {});
  const ask: RedisCluster["ask"] = (node, name = "", ...args) => clients.get(node)!.call(name, ...args);
  const cluster: RedisCluster = {
    nodes,
    url: `redis-cluster://${nodes.map(({ host, port }) => `${host}:${port}`).join(",")}`,
    ask,
    move: (key, rest) => move(cluster, key, rest),
    ready: () => until("The cluster is not ready", () => isReady(cluster)),
    destroy() {
      for (const client of clients.values()) client.disconnect();
      for (const { process } of nodes) process.destroy();
    },
  };
  try {
    await Promise.all(nodes.map(({ process }) => process.start()));
    await form(cluster, ports.slice(2 * PRIMARIES));
    await cluster.ready();
    return cluster;
  } catch (error) {
    cluster.destroy();
    throw error;
  }
}

/** What `redis-cli --cluster create` does. */
async function form({ nodes, ask }: RedisCluster, buses: readonly number[]): Promise<void> {
  const [first] = nodes as [RedisNode];
  const primaries = nodes.slice(0, PRIMARIES);
  await Promise.all(nodes.map((node, index) => ask(node, "CLUSTER", "SET-CONFIG-EPOCH", String(index + 1))));
  await Promise.all(
    primaries.map((node, index) => {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / PRIMARIES)) as [
        number,
        number,
      ];
      const slots = Array.from({ length: to - from }, (_, offset) => String(from + offset));
      return ask(node, "CLUSTER", "ADDSLOTS", ...slots);
    }),
  );
  for (const [index, { host, port }] of nodes.entries()) {
    if (index > 0) await ask(first, "CLUSTER", "MEET", host, String(port), String(buses[index]));
  }
  const ids = await Promise.all(primaries.map((node) => ask(node, "CLUSTER", "MYID")));
  await Promise.all(
    nodes.slice(PRIMARIES).map((node, index) =>
      until("A replica does not find its primary", async () => {
        await ask(node, "CLUSTER", "REPLICATE", String(ids[index]));
        return true;
      }),
    ),
  );
}

/** What `redis-cli --cluster reshard` does. */
async function move({ nodes, ask }: RedisCluster, key: string, rest: number): Promise<void> {
  const primaries = nodes.slice(0, PRIMARIES);
  const slot = String(await ask(nodes[0]!, "CLUSTER", "KEYSLOT", key));
  const ranges = (await ask(nodes[0]!, "CLUSTER", "SLOTS")) as Array<
    [number, number, [string, number, string]]
  >;
  const [, , [, port, fromId]] = ranges.find(([from, to]) => from <= Number(slot) && Number(slot) <= to)!;
  const from = primaries.find((node) => node.port === port)!;
  const to = primaries.find((node) => node !== from)!;
  const toId = String(await ask(to, "CLUSTER", "MYID"));
  const pause = () => new Promise((resolve) => setTimeout(resolve, rest));
  await ask(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
  await ask(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
  for (;;) {
    await pause();
    const [next] = (await ask(from, "CLUSTER", "GETKEYSINSLOT", slot, "1")) as string[];
    if (next === undefined) break;
    await ask(from, "MIGRATE", to.host, String(to.port), next, "0", "5000");
  }
  for (const node of [to, from, ...primaries]) await ask(node, "CLUSTER", "SETSLOT", slot, "NODE", toId);
}

async function isReady({ nodes, ask }: RedisCluster): Promise<boolean> {
  const running = nodes.filter(({ process }) => process.isRunning);
  const states = await Promise.all(
    running.map(async (node) => {
      const [info, replication] = await Promise.all([
        ask(node, "CLUSTER", "INFO"),
        ask(node, "INFO", "replication"),
      ]);
      return (
        String(info).includes("cluster_state:ok") &&
        String(info).includes(`cluster_known_nodes:${nodes.length}`) &&
        !String(replication).includes("master_link_status:down")
      );
    }),
  );
  return states.every(Boolean);
}

/** Asks again and again, for half a minute. */
export async function until(problem: string, holds: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  for (let tries = 0; tries < 600; tries++) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${problem}.`, { cause: last });
}
