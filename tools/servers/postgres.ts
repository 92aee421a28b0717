/** A Postgres server for the tests, on a port and in a folder of its own. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { freePort, ServerProcess, serverFolder, serverUser } from "./process.ts";
import { programPath } from "./programs.ts";

/** How {@link startPostgres} is to set it up. */
export interface PostgresOptions {
  /** Settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A server, and what tests do to it. */
export interface PostgresServer {
  /** `postgres://…` */
  readonly url: string;
  readonly port: number;
  readonly process: ServerProcess;
  /** Starts it again after {@link stop}, and waits until it answers. */
  start(): Promise<void>;
  /** An orderly stop that ends all connections, or with SIGKILL a crash. */
  stop(signal?: "SIGINT" | "SIGKILL"): Promise<void>;
  /** SIGSTOP, its children too: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once, and removes its folder. */
  destroy(): void;
}

// Durability is off where a test does not ask for it: it costs a disk's time, and the folder is thrown away.
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: 200,
  shared_buffers: "32MB",
  shared_preload_libraries: "pg_stat_statements",
};

/** Makes a database cluster and starts a server on it. */
export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = serverFolder("postgres");
  const data = join(folder, "data");
  initialise(folder, data);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const set = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const server = new ServerProcess("postgres", port, folder, ["-D", data, "-p", String(port), ...set]);

  const start = async () => {
    await server.start();
    await answers(url);
  };
  const freeze = () => {
    server.freeze();
    signal(childrenOf(server.pid), "SIGSTOP");
  };
  const thaw = () => {
    signal(childrenOf(server.pid), "SIGCONT");
    server.thaw();
  };
  try {
    await start();
  } catch (error) {
    server.destroy();
    throw error;
  }
  return {
    url,
    port,
    process: server,
    start,
    freeze,
    thaw,
    // SIGTERM would wait until the last client has left.
    async stop(how = "SIGINT") {
      const children = childrenOf(server.pid);
      await server.stop(how);
      // They see that the postmaster is gone, but a new one does not start before they have left.
      if (how === "SIGKILL") signal(children, "SIGKILL");
      while (children.some(isRunning)) await pause();
    },
    destroy() {
      const children = isStarted(server) ? childrenOf(server.pid) : [];
      server.destroy();
      signal(children, "SIGKILL");
    },
  };
}

function initialise(folder: string, data: string): void {
  const args = ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions"];
  const { status, stdout, stderr, error } = spawnSync(
    programPath("initdb"),
    [...args, "--encoding=UTF8", "--locale=C"],
    { cwd: folder, encoding: "utf8", ...serverUser() },
  );
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? ""}\n${stdout}${stderr}`);
}

/** It listens before it answers: while it recovers from a crash it only says so. */
async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await pause();
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** Linux only. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    // "pid (name) state ppid …", and the name may contain anything.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
  } catch {
    return undefined;
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isStarted(server: ServerProcess): boolean {
  try {
    return server.pid > 0;
  } catch {
    return false;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
