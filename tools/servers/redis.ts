/** A Redis server of its own for the tests. */
import { freePort, ServerProcess, serverFolder } from "./process.ts";

/** How it is started. */
export interface RedisOptions {
  /** Directives of redis.conf, one argument each: `["--maxmemory", "4mb"]`. */
  readonly args?: readonly string[];
  /** Whether it writes an append-only file, each command before it is answered. Default false: nothing on disk. */
  readonly durable?: boolean;
  /** Default: a free one. */
  readonly port?: number;
}

/** A running server. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly process: ServerProcess;
  destroy(): void;
}

/** Starts one on loopback. */
export async function startRedis({
  args = [],
  durable = false,
  port,
}: RedisOptions = {}): Promise<RedisServer> {
  const server = redisProcess("redis", port ?? (await freePort()), [
    ...["--appendonly", durable ? "yes" : "no", "--appendfsync", "always"],
    ...args,
  ]);
  await server.start();
  return {
    url: `redis://127.0.0.1:${server.port}`,
    port: server.port,
    process: server,
    destroy: () => server.destroy(),
  };
}

/** A server's process, not yet started, that saves nothing by itself. */
export function redisProcess(name: string, port: number, args: readonly string[]): ServerProcess {
  const folder = serverFolder(name);
  const common = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  return new ServerProcess("redis-server", port, folder, [...common, ...args]);
}
