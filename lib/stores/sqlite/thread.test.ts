import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { record } from "../../testing/contract/subject.ts";
import { sqliteStore } from "../sqlite.ts";
import { workerThreads } from "./builtins.ts";
import { scratchPath, startChildWithPreload } from "./scratch.testing.ts";

/** Writes after which a thread merges. */
const ENOUGH = 2000;

/** A monitor's agent that polls, and does not say that it may be ended. It notes in which threads it runs. */
function agent(path: string): { file: string; log: string } {
  const [file, log] = [join(dirname(path), "agent.cjs"), join(dirname(path), "agent.log")];
  writeFileSync(log, "");
  writeFileSync(
    file,
    `const { isMainThread } = require("node:worker_threads");
    require("node:fs").appendFileSync(${JSON.stringify(log)}, isMainThread ? "main " : "thread ");
    if (!isMainThread) setInterval(() => {}, 1000);`,
  );
  return { file, log };
}

describe("the thread of sqliteStore", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("loads none of what NODE_OPTIONS has each thread load", async () => {
    const path = scratchPath();
    const { file, log } = agent(path);
    const child = startChildWithPreload(file, "merged", path, String(ENOUGH));
    expect(await child.next()).toBe("merged");
    expect(readFileSync(log, "utf8")).toBe("main ");
  });

  it("ends after its answer, whatever else has got into it", async () => {
    const path = scratchPath();
    const { file, log } = agent(path);
    const { Worker } = workerThreads();
    const ended: Promise<unknown>[] = [];
    class Wrapped extends Worker {
      constructor(script: string, options: object) {
        super(script, { ...options, execArgv: ["--require", file] });
        ended.push(new Promise((resolve) => this.once("exit", resolve)));
      }
    }
    vi.spyOn(workerThreads(), "Worker", "get").mockReturnValue(Wrapped as typeof Worker);
    const store = sqliteStore({ path });
    for (let i = 0; i < ENOUGH; i++) await store.set("k", record());
    await vi.waitUntil(() => ended.length > 0);
    await Promise.all(ended);
    expect(readFileSync(log, "utf8")).toBe("thread ");
    await store.close?.();
  });
});
