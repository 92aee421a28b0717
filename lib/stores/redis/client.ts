/** The clients that people have, told apart by what they can do, and made one. */
import { ConfigError } from "../../errors.ts";

/** What the store needs of a client. */
export interface Commands {
  /** Sends one command; a cluster's client sends it to the primary that has `key`. */
  send(key: string, command: string[]): Promise<unknown>;
  /** Asks a cluster anew which node has which keys. */
  refresh?(): void;
}

/** A client of [ioredis](https://github.com/redis/ioredis) 5 or 6: `Redis` (a server, or Sentinel) or `Cluster`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A client or pool of [node-redis](https://github.com/redis/node-redis) 5 or 6: `createClient`, `createClientPool`. */
export interface NodeRedisClient {
  sendCommand(command: string[]): Promise<unknown>;
}

/** node-redis's `createCluster`. */
export interface NodeRedisCluster {
  sendCommand(key: string | undefined, isReadonly: boolean | undefined, command: string[]): Promise<unknown>;
}

/** node-redis's `createSentinel`. */
export interface NodeRedisSentinel {
  sendCommand(isReadonly: boolean | undefined, command: string[]): Promise<unknown>;
}

/** A client that the application has made. */
export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel;

/** @throws {ConfigError} when it is no client that the store knows. */
export function commandsOf(client: RedisClient): Commands {
  const given = client as Partial<Shape> | null | undefined;
  if (typeof given?.call === "function") return ioredis(given as Shape);
  if (typeof given?.sendCommand === "function") return nodeRedis(given as Shape);
  throw new ConfigError(
    "client",
    "redisStore({ client }) must be a client of ioredis (new Redis(url), new Cluster(nodes)) or of node-redis " +
      "(createClient, createCluster, createSentinel, createClientPool).",
  );
}

/** What is looked at, whichever library it is. */
interface Shape {
  call(command: string, ...args: string[]): Promise<unknown>;
  createBuiltinCommand?(name: string): { readonly string: (...args: string[]) => Promise<unknown> };
  sendCommand(...args: unknown[]): Promise<unknown>;
  refreshSlotsCache?(): void;
  readonly options?: { readonly scaleReads?: unknown; readonly role?: unknown };
  readonly nodeClient?: unknown;
  readonly getMasterNode?: unknown;
  readonly isOpen?: boolean;
  connect?(): Promise<unknown>;
  on?(event: "error", listener: () => void): unknown;
  listenerCount?(event: "error"): number;
}

function ioredis(client: Shape): Commands {
  const { scaleReads = "master", role = "master" } = client.options ?? {};
  if (scaleReads !== "master" || role !== "master") {
    throw new ConfigError(
      "client",
      "redisStore needs a client that reads from primaries: a replica may not have heard yet that somebody signed " +
        'out. Leave out `scaleReads` and `role: "slave"`, or make a client for the sessions.',
    );
  }
  return {
    send(_, [name = "", ...args]) {
      // With `enableAutoPipelining` ioredis 5 gathers what it takes to go to one node of a cluster: by the first
      // argument, which for a script is no key. Of those gathered wrongly all are refused. What this makes goes alone.
      const isScript = client.refreshSlotsCache && name.startsWith("EVAL");
      if (isScript && client.createBuiltinCommand) {
        return client.createBuiltinCommand(name).string.apply(client, args);
      }
      return client.call(name, ...args);
    },
    refresh: () => client.refreshSlotsCache?.(),
  };
}

function nodeRedis(client: Shape): Commands {
  // Without any listener an "error" event, which each lost connection is, would end the process.
  if (client.listenerCount?.("error") === 0) client.on?.("error", () => {});
  const send: Commands["send"] =
    typeof client.nodeClient === "function"
      ? (key, command) => client.sendCommand(key, false, command)
      : typeof client.getMasterNode === "function"
        ? (_, command) => client.sendCommand(false, command)
        : (_, command) => client.sendCommand(command);

  // Opened by the first command if the application has not done so; never again after that, since then it is the
  // application that has closed it.
  let wasOpen = client.isOpen !== false;
  return {
    async send(key, command) {
      if (!wasOpen) {
        // Even if it says that it is open: it says so from the beginning, and a cluster's client has no nodes yet.
        await opening(client);
        wasOpen = true;
      }
      return send(key, command);
    },
    refresh() {
      if (typeof client.nodeClient !== "function") return;
      // Without a key each goes to another node, and the answer MOVED of one that has not got it has the client look
      // up who has. node-redis 5 does not do that for a node that it has lost, and 6 after five seconds. One of them
      // may go to the lost node, one to the key's own.
      for (let probe = 0; probe < 3; probe++) {
        client.sendCommand(undefined, true, ["GET", "next-beaker"]).catch(() => {});
      }
    },
  };
}

/** Waits until a client is open; several stores may ask for it at once. */
function opening(client: Shape): Promise<unknown> {
  const home = globalThis as { [key: symbol]: WeakMap<object, Promise<unknown>> | undefined };
  // Not in this module: Next evaluates it once each for proxy, pages and handlers.
  const place = Symbol.for("next-beaker.redis");
  home[place] ??= new WeakMap();
  let opening = home[place].get(client);
  if (opening === undefined) {
    opening = client.isOpen ? Promise.resolve() : (client.connect?.() ?? Promise.resolve());
    home[place].set(client, opening);
    opening.catch(() => home[place]?.delete(client));
  }
  return opening;
}
