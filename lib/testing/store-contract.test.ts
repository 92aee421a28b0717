import * as nodeTest from "node:test";
import { describe, expect, expectTypeOf, it } from "vitest";
import { memoryStore } from "../stores/memory.ts";
import { SPOILT, sound, spoilt } from "./spoilt-stores.testing.ts";
import { type StoreContractOptions, type TestRunner, testStore } from "./store-contract.ts";

/** Runs the suite with a runner of three lines and gives the names of the cases that failed. */
async function failuresOf(options: StoreContractOptions): Promise<string[]> {
  const cases: Array<readonly [string, () => Promise<void>]> = [];
  testStore({ describe: (_, body) => body(), it: (name, body) => cases.push([name, body]) }, options);
  const failed: string[] = [];
  await Promise.all(cases.map(([name, body]) => body().catch(() => failed.push(name))));
  // In the order of the suite.
  return cases.flatMap(([name]) => (failed.includes(name) ? [name] : []));
}

describe("testStore", () => {
  it("passes a sound store, also one without the optional methods", async () => {
    expect(await failuresOf({ name: "sound", create: sound })).toEqual([]);
    const bare = {
      name: "bare",
      create: () => {
        const { name, get, set, touch, delete: remove } = sound();
        return { name, get, set, touch, delete: remove };
      },
    };
    expect(await failuresOf({ ...bare, without: ["lock", "list", "prune"] })).toEqual([]);
  });

  it.concurrent.each(Object.keys(SPOILT))("catches a store that %s", async (what) => {
    const [change, caught] = SPOILT[what] ?? [];
    expect((await failuresOf(spoilt(change!))).join("\n")).toMatch(caught!);
  });

  it("asks a durable store to restart, and cleans up after each case", async () => {
    const name = crypto.randomUUID();
    let cleaned = 0;
    const cleanup = () => void cleaned++;
    const forgetful = () => ({ store: sound(), restart: sound, cleanup });
    const lasting = () => ({ store: memoryStore({ name }), restart: () => memoryStore({ name }), cleanup });
    const restart = "keeps records, deletions and versions over a restart";
    expect(await failuresOf({ name, durable: true, create: lasting })).not.toContain(restart);
    expect(cleaned).toBeGreaterThan(30);
    expect(await failuresOf({ name, durable: true, create: forgetful })).toEqual([restart]);
    expect(await failuresOf({ name, durable: true, create: sound })).toEqual([restart]);
  });

  it("asks nothing about expired records of a store that removes them by itself", async () => {
    const expiring = spoilt((store) => ({
      get: async (key) => {
        const found = await store.get(key);
        return found?.expiresAt != null && found.expiresAt < Date.now() ? undefined : found;
      },
    }));
    expect(await failuresOf({ ...expiring, removesExpired: true })).toEqual([]);
    expect(await failuresOf(expiring)).not.toEqual([]);
  });

  it("leaves out what a store says it lacks, and sees that it does lack it", async () => {
    const names: string[] = [];
    const collect = (without: StoreContractOptions["without"] & {}) => {
      names.length = 0;
      const runner = {
        describe: (_: string, body: () => void) => body(),
        it: (name: string) => names.push(name),
      };
      testStore(runner, { name: "lacking", create: sound, without });
      return names.filter((name) => /^(lock|list|prune)|lease|^a lock/.test(name)).length;
    };
    expect([collect([]), collect(["prune"]), collect(["lock", "prune"])]).toEqual([25, 20, 8]);
    expect(collect(["lock", "list", "prune"])).toBe(0);
    expect(await failuresOf({ name: "has it", create: sound, without: ["lock"] })).toEqual([
      "has the optional methods that it says it has",
    ]);
  });

  it("shows what it leaves out for a store that compares and sets within one process", () => {
    const namesOf = (compareAndSet: "shared" | "process") => {
      const names: string[] = [];
      const runner = {
        describe: (_: string, body: () => void) => body(),
        it: (name: string) => names.push(name),
      };
      testStore(runner, { name: "limited", create: sound, secondProcess: "file:///none.js", compareAndSet });
      return names;
    };
    const [shared, process] = [namesOf("shared"), namesOf("process")];
    expect(process).toHaveLength(shared.length);
    expect(process.filter((name) => !shared.includes(name))).toEqual([
      "compares and sets among one process only",
      "LEFT OUT, as it compares and sets within one process only: " +
        "loses no increment of two processes that compare and set",
    ]);
  });

  it("catches a store that processes do not share, and ends the second process", {
    timeout: 60_000,
  }, async () => {
    const secondProcess = new URL("../stores/memory.second.testing.ts", import.meta.url);
    const failed = await failuresOf({ name: "memory", create: sound, secondProcess });
    expect(failed.join("\n")).toMatch(
      /compare and set.*goes on writing.*that lock.*another process holds.*was killed/s,
    );
    expect(failed).toHaveLength(5);
  });

  it("takes node:test and Vitest as they are", () => {
    expectTypeOf({ describe: nodeTest.describe, it: nodeTest.it }).toExtend<TestRunner>();
    expectTypeOf({ describe, it }).toExtend<TestRunner>();
  });
});
