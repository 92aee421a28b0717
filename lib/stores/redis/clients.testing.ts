/** The clients that people have, each in both majors, to a server, a cluster or through Sentinel. */
import { readFileSync } from "node:fs";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis";
import { Cluster as Cluster6, Redis as Redis6 } from "ioredis-6";
import * as redis6 from "redis";
import * as redis5 from "redis-5";
// The addresses that tests inject.
import type {} from "../../../tools/servers/shared-redis.ts";
import type { RedisClient } from "./client.ts";

/** A library and its major. */
export type ClientName = "ioredis 5" | "ioredis 6" | "node-redis 5" | "node-redis 6";

export const CLIENTS: readonly ClientName[] = ["ioredis 5", "ioredis 6", "node-redis 5", "node-redis 6"];

/**
 * Those that connect again whenever the server is back. node-redis before 5.11 may take a socket that died during its
 * handshake for a good one, and stay with it (its issue 3104).
 */
export const STEADY: readonly ClientName[] = CLIENTS.filter(
  (name) => name !== "node-redis 5" || Number(versionOf("redis-5").split(".")[1]) >= 11,
);

function versionOf(name: string): string {
  const file = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/** A client and how to be rid of it. */
export interface ConnectedClient {
  readonly client: RedisClient;
  close(): Promise<void>;
}

/**
 * Makes a client as an application does. `url` says where to: `redis://host:port`, `redis-cluster://` with some nodes
 * of a cluster, or `redis-sentinel://` with Sentinels and the primary's name as the path.
 */
export function connect(name: ClientName, url: string, options: object = {}): ConnectedClient {
  const { protocol } = new URL(url.replace(/,.*/, ""));
  const [, places = "", , group = ""] = /^[\w-]+:\/\/([^/]*)(\/(.*))?$/.exec(url) ?? [];
  const nodes = places.split(",").map((place) => {
    const [host = "", port = ""] = place.split(":");
    return { host, port: Number(port) };
  });
  const where = { kind: protocol.slice(0, -1), url, nodes, group };
  if (name.startsWith("ioredis")) return ioredis(name === "ioredis 5", where, options);
  return nodeRedis(name === "node-redis 5" ? (redis5 as unknown as typeof redis6) : redis6, where, options);
}

interface Where {
  readonly kind: string;
  readonly url: string;
  readonly nodes: Array<{ host: string; port: number }>;
  readonly group: string;
}

function ioredis(older: boolean, { kind, url, nodes, group }: Where, options: object): ConnectedClient {
  const client =
    kind === "redis-cluster"
      ? older
        ? new Cluster5(nodes, options)
        : new Cluster6(nodes, options)
      : kind === "redis-sentinel"
        ? older
          ? new Redis5({ sentinels: nodes, name: group, ...options })
          : new Redis6({ sentinels: nodes, name: group, ...options })
        : older
          ? new Redis5(url, options)
          : new Redis6(url, options);
  // It would print each lost connection.
  (client as Redis5).on("error", () => {});
  return { client, close: async () => client.disconnect() };
}

function nodeRedis(
  { createClient, createCluster, createSentinel }: typeof redis6,
  { kind, url, nodes, group }: Where,
  options: object,
): ConnectedClient {
  const client =
    kind === "redis-cluster"
      ? createCluster({ rootNodes: nodes.map((socket) => ({ socket })), ...options })
      : kind === "redis-sentinel"
        ? createSentinel({ name: group, sentinelRootNodes: nodes, ...options })
        : createClient({ url, ...options });
  return {
    client: client,
    close: async () => {
      if (client.isOpen) await client.destroy();
    },
  };
}
