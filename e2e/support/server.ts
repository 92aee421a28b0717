import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APPS, type AppName, folderOf, next } from "./apps.ts";
import { SECRET } from "./build.ts";

/** A real `next start` of one app, with a data directory of its own. */
export class Server {
  readonly name: AppName;
  readonly dataDir = mkdtempSync(join(tmpdir(), "next-beaker-e2e-"));
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #port = 0;
  #log = "";

  private constructor(name: AppName, env: Record<string, string>) {
    this.name = name;
    this.#env = env;
  }

  static async start(name: AppName, env: Record<string, string> = {}): Promise<Server> {
    const server = new Server(name, env);
    try {
      await server.start();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  /** `localhost`, which browsers trust with `Secure` cookies over plain http. */
  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** All that it printed. */
  get log(): string {
    return this.#log;
  }

  /** On the port of before, if there was one. */
  async start(): Promise<void> {
    const folder = folderOf(this.name, APPS[this.name]);
    if (process.env["UNBUILT_APPS"]?.split(",").includes(this.name)) {
      throw new Error(
        `The app "${this.name}" could not be built; the reason stands at the start of this run.`,
      );
    }
    const child = spawn(process.execPath, [next, "start", folder, "--port", String(this.#port)], {
      // The demo keeps its data in `.data` of where it is started.
      cwd: this.dataDir,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        SESSION_SECRET: SECRET,
        CACHE_COMPONENTS: String("cacheComponents" in APPS[this.name]),
        DATA_DIR: this.dataDir,
        // As tools/demo.mjs has it; the other apps do not ask.
        SESSION_SECURE: "false",
        ...this.#env,
      },
    });
    this.#child = child;
    let output = "";
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        this.#log += chunk;
        output += chunk;
        const address = /localhost:(\d+)/.exec(output);
        if (address) this.#port = Number(address[1]);
        if (address && output.includes("Ready in")) resolve();
      };
      child.stdout?.on("data", listen);
      child.stderr?.on("data", listen);
      child.on("exit", (code) => reject(new Error(`${this.name} ended with ${code} at start:\n${output}`)));
    });
  }

  /** Waits until it is gone; after the `stop` of a test nothing of it is left running. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
