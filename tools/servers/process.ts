/** A server's process for the tests: started in a folder of its own, stopped, frozen and killed as they please. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, programPath } from "./programs.ts";

/** Debian's nobody: Postgres and PgBouncer refuse to run as root. */
const NOBODY = { uid: 65534, gid: 65534 };

const running = new Set<ServerProcess>();
process.once("exit", () => {
  for (const server of running) server.destroy();
});

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A folder that the server's user may write to. Removed with the server. */
export function serverFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `next-beaker-${name}-`));
  if (process.getuid?.() === 0) chownSync(folder, NOBODY.uid, NOBODY.gid);
  return folder;
}

/** Whom servers run as. */
export function serverUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? NOBODY : {};
}

/** One server, which can be stopped and started again on its port and in its folder. */
export class ServerProcess {
  readonly port: number;
  readonly folder: string;
  readonly #program: Program;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #output = "";

  constructor(program: Program, port: number, folder: string, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.folder = folder;
    this.#args = args;
    running.add(this);
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.#program} is not running.`);
    return pid;
  }

  /** Starts it and waits until it takes connections. */
  async start(): Promise<void> {
    const child = spawn(programPath(this.#program), this.#args, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      ...serverUser(),
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        this.#output = (this.#output + chunk).slice(-10_000);
      });
    }
    for (let tries = 0; !(await accepts(this.port)); tries++) {
      if (child.exitCode !== null || tries > 300) {
        throw new Error(`${this.#program} did not start on port ${this.port}:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** SIGTERM, or another signal that ends it; waits until it has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    // A frozen process takes no signal but SIGKILL before it goes on.
    if (signal !== "SIGKILL") child.kill("SIGCONT");
    await ended;
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.pid, "SIGCONT");
  }

  /** Ends it at once, and removes its folder. */
  destroy(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
    running.delete(this);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
