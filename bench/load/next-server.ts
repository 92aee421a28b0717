import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../app", import.meta.url));
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

/** Builds the app and starts it, as `next build && next start` do. */
export async function startNext(): Promise<{ port: number; stop(): Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), "next-beaker-bench-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    SESSION_SECRET: randomBytes(32).toString("base64url"),
    BENCH_DATA: data,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build"], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`next build failed:\n${stdout}${stderr}`);
  const child = spawn(process.execPath, [next, "start", "--port", "0", "--keepAliveTimeout", "600000"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  const port = await readyPort(child);
  return {
    port,
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.once("exit", (code) => reject(new Error(`next start ended with ${code}:\n${output}`)));
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const port = /localhost:(\d+)/.exec(output)?.[1];
      if (port !== undefined && output.includes("Ready in")) resolve(Number(port));
    });
  });
}
