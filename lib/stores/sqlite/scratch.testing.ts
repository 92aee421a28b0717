/** For the tests of stores on disk: directories of their own, and processes of their own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A path for a database in a new directory, removed after the test. */
export function scratchPath(name = "sessions.db"): string {
  const directory = mkdtempSync(join(tmpdir(), "next-beaker-"));
  chmodSync(directory, 0o755);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}

/** A running child of {@link file://./child.testing.ts}, and what it says. */
export interface Child {
  readonly process: ChildProcess;
  /** Its next message. Rejects if it ends without one. */
  next(): Promise<unknown>;
  /** Kills it and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a child process with real Node, no test runner inside. */
export function startChild(task: string, ...args: string[]): Child {
  return startChildOf(SCRIPT, task, ...args);
}

/** The same without the right to start threads, and with all rights to files. */
export function startChildWithoutThreads(task: string, ...args: string[]): Child {
  return startChildWith(["--permission", "--allow-fs-read=*", "--allow-fs-write=*"], SCRIPT, task, args);
}

/** The same with a module that Node loads first, in each thread, as monitors ask for it. */
export function startChildWithPreload(preload: string, task: string, ...args: string[]): Child {
  // Beside what is there: the oldest Node reads TypeScript only when told to.
  const NODE_OPTIONS = `${process.env["NODE_OPTIONS"] ?? ""} --require ${JSON.stringify(preload)}`;
  return startChildWith([], SCRIPT, task, args, { ...process.env, NODE_OPTIONS });
}

const SCRIPT = new URL("./child.testing.ts", import.meta.url);

/** Starts a child process of another script that takes a task and says what it finds. */
export function startChildOf(script: URL, task: string, ...args: string[]): Child {
  return startChildWith([], script, task, args);
}

/** The same with flags of Node's own. */
function startChildWith(
  execArgv: string[],
  script: URL,
  task: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Child {
  const child = fork(fileURLToPath(script), [task, ...args], {
    execArgv,
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const said: unknown[] = [];
  child.on("message", (message) => said.push(message));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  return {
    process: child,
    kill,
    async next() {
      if (said.length === 0) await Promise.race([once(child, "message"), ended]);
      if (said.length === 0)
        throw new Error(`child "${task}" ended with ${child.exitCode ?? child.signalCode}`);
      return said.shift();
    },
  };
}
