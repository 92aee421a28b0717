import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { record } from "../testing/contract/subject.ts";
import { tasksOn } from "../testing/contract/tasks.ts";
import { Layout } from "./file/layout.ts";
import { fileStore } from "./file.ts";
import { type Child, scratchPath, startChildOf } from "./sqlite/scratch.testing.ts";
import type { SessionStore } from "./store.ts";

const start = (task: string, ...args: string[]): Child =>
  startChildOf(new URL("./file/child.testing.ts", import.meta.url), task, ...args);

const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const open = (dir: string) => fileStore({ dir }) as Required<SessionStore>;

/** What is there besides sessions and the entries of their subjects. */
function leftovers(dir: string): string[] {
  const layout = new Layout(dir);
  const staged = existsSync(layout.staging) ? readdirSync(layout.staging) : [];
  const beside = layout
    .folders()
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => /lease|lock/.test(file));
  return [...staged.map((name) => join(layout.staging, name)), ...beside];
}

describe("fileStore with several processes", () => {
  it("loses no increment of four writers that start on no directory at all", async () => {
    const dir = scratchPath("deep/sessions");
    const children = Array.from({ length: 4 }, () => start("increment", dir, "counter", "60"));
    for (const child of children) {
      expect(await child.next()).toBe("ready");
      expect(await child.next()).toBe("done");
    }
    expect((await open(dir).get("counter"))?.value).toBe("240");
    expect(leftovers(dir)).toEqual([]);
  });

  it("loses no increment of a process that is suspended amid its writes and wakes up late", {
    timeout: 90_000,
  }, async () => {
    const dir = scratchPath("sessions");
    const child = start("increment", dir, "counter", "300");
    await child.next();
    let over = false;
    const suspending = (async () => {
      for (let i = 0; i < 4; i++) {
        await delay(50 + Math.random() * 150);
        child.process.kill("SIGSTOP");
        // Longer than others wait for it.
        await delay(1300);
        child.process.kill("SIGCONT");
      }
      over = true;
    })();
    let own = 0;
    const tasks = tasksOn(open(dir));
    while (!over) {
      await tasks.increment("counter", 1);
      own++;
    }
    await suspending;
    expect(await child.next()).toBe("done");
    expect(own).toBeGreaterThan(20);
    expect((await open(dir).get("counter"))?.value).toBe(String(300 + own));
  });

  it("has every acknowledged save after each of 20 kills, and what they leave does not pile up", {
    timeout: 180_000,
  }, async () => {
    const dir = scratchPath("sessions");
    const store = open(dir);
    const acknowledged = new Map<string, number>();
    let next = 0;
    for (let round = 0; round < 20; round++) {
      const child = start("stream", dir, String(next));
      const until = next + 3 + Math.floor(Math.random() * 25);
      while (next < until) {
        next = (await child.next()) as number;
        acknowledged.set(`k${next % 10}`, next);
      }
      await delay(Math.random() * 10);
      await child.kill();
      for (const [key, value] of acknowledged) {
        const found = await store.get(key);
        // Later ones may have been written whose acknowledgement was not read any more.
        expect(Number(found?.value)).toBeGreaterThanOrEqual(value);
        expect(Number(found?.value) % 10).toBe(value % 10);
      }
      next = (round + 1) * 10_000;
    }
    for (const key of acknowledged.keys()) {
      // Nobody's hold and nobody's lease is in the way for long.
      expect(await store.set(key, record({ value: "after", subject: "all" }), "present")).toBeTypeOf(
        "string",
      );
      await (await store.lock(key, { wait: 5000, lease: 5000 })).release();
    }
    const listed = [];
    for await (const { key } of store.list("all")) listed.push(key);
    expect(listed.sort()).toEqual([...acknowledged.keys()].sort());

    for (const path of leftovers(dir)) utimesSync(path, 0, 0);
    await store.prune(0, 10);
    expect(leftovers(dir)).toEqual([]);
  });
});
