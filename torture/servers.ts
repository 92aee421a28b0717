import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const secret = randomBytes(32).toString("base64url");

/** Builds the app that all servers run. */
export function build(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", SESSION_SECRET: secret },
  });
  if (status !== 0) throw new Error(`next build failed:\n${stdout}${stderr}`);
}

/** One `next start`, which can be killed and started again on its port. */
export class Server {
  readonly #environment: Record<string, string>;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(environment: Record<string, string>) {
    this.#environment = environment;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [next, "start", "--port", String(this.#port)], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        SESSION_SECRET: secret,
        ...this.#environment,
      },
    });
    this.#child = child;
    let output = "";
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`next start ended with ${code}:\n${output}`)));
      child.stdout?.on("data", (chunk) => {
        output += chunk;
        const port = /localhost:(\d+)/.exec(output)?.[1];
        if (port === undefined || !output.includes("Ready in")) return;
        this.#port = Number(port);
        resolve();
      });
    });
  }

  /** `kill -9`; waits until the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
}
