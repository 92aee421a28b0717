import { existsSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { freshKey, record } from "../testing/contract/subject.ts";
import { workerThreads } from "./sqlite/builtins.ts";
import { placeOf } from "./sqlite/place.ts";
import { sweepFrom } from "./sqlite/rows.ts";
import { scratchPath, startChildWithoutThreads } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

const EXPIRED = 20_000;

/** A store with one living record and so many that have expired. */
async function filled(expired: number): Promise<{ path: string; store: Required<SessionStore> }> {
  const path = scratchPath();
  const store = sqliteStore({ path, busyTimeout: 500 }) as Required<SessionStore>;
  await store.set("living", record());
  const database = new DatabaseSync(path);
  const insert = database.prepare(
    `INSERT INTO sessions (id, key, version, created_at, accessed_at, expires_at, sweep_from, value)
      VALUES (?, ?, 1, 0, 0, ?, ?, ?)`,
  );
  database.exec("BEGIN");
  for (let i = 0; i < expired; i++) {
    const [id, , key] = placeOf(freshKey());
    insert.run(id, key, i, sweepFrom(0, i), "x".repeat(500));
  }
  database.exec("COMMIT");
  database.close();
  return { path, store };
}

/**
 * The longest time that a timer of 1 ms was late, and this thread's own work, both in ms, while `act` runs. Before
 * Node 22.19 no thread can tell its own work from the others'.
 */
async function watched<T>(act: () => Promise<T>): Promise<{ result: T; longest: number; worked: number }> {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const before = process.threadCpuUsage?.();
  const result = await act();
  const { user, system } = process.threadCpuUsage?.(before) ?? { user: 0, system: 0 };
  clearInterval(timer);
  return { result, longest, worked: (user + system) / 1000 };
}

describe("sqliteStore.prune", () => {
  it(`leaves this thread to others while it removes ${EXPIRED} records`, async () => {
    const { path, store } = await filled(EXPIRED);
    const { result, longest, worked } = await watched(() => store.prune(EXPIRED, EXPIRED * 2));
    console.log(
      `prune of ${EXPIRED}: longest gap ${longest.toFixed(1)} ms, own work ${worked.toFixed(1)} ms`,
    );
    expect(result).toBe(EXPIRED);
    // In this thread it would be a second. How long a gap is depends on the machine's other work, this does not.
    expect(worked).toBeLessThan(250);
    // Of some pages a record: it merges as it goes.
    expect(statSync(`${path}-wal`).size).toBeLessThan((EXPIRED / 2) * 4096);
    expect(await store.get("living")).toBeDefined();
    await store.close();
  });

  it("keeps to its limit, also when it takes a thread", async () => {
    const { store } = await filled(1000);
    const counts = [];
    for (const limit of [1, 50, 51, 498, Number.POSITIVE_INFINITY, 10]) {
      counts.push(await store.prune(1000, limit));
    }
    expect(counts).toEqual([1, 50, 51, 498, 400, 0]);
    await store.close();
  });

  it("loses nothing that is saved or touched meanwhile", async () => {
    const { store } = await filled(5000);
    const [keys, extended] = [[] as string[], freshKey()];
    await store.set(extended, record({ expiresAt: 4999 }));
    await store.touch(extended, 1, 5000);
    let over = false;
    const saving = (async () => {
      while (!over) {
        const key = freshKey();
        await store.set(key, record());
        keys.push(key);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    expect(await store.prune(5000, 10_000)).toBe(5000);
    over = true;
    await saving;
    expect(keys.length).toBeGreaterThan(20);
    for (const key of [...keys, extended]) expect(await store.get(key)).toBeDefined();
    await store.close();
  });

  it("stops when the store is closed meanwhile, and leaves it closed", async () => {
    const { path, store } = await filled(EXPIRED);
    const pruning = store.prune(EXPIRED, EXPIRED);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const removed = await pruning;
    expect(removed).toBeLessThan(EXPIRED);
    expect(await store.prune(EXPIRED, EXPIRED)).toBe(EXPIRED - removed);
    await store.close();
  });

  it("says who waits for what when somebody else writes without end", async () => {
    const { path, store } = await filled(100);
    const pruning = store.prune(100, 100);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const failure = await pruning.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect((failure as Error).message).toMatch(/sqlite store .*sessions\.db.*500 ms/);
    other.close();
    expect(await store.prune(100, 100)).toBe(100);
    await store.close();
  });

  it("does not make a database anew that is deleted just then", async () => {
    const { path, store } = await filled(100);
    const pruning = store.prune(100, 100);
    // By then its thread has been told to start, and has not opened the file.
    await new Promise((resolve) => setImmediate(resolve));
    rmSync(path);
    await expect(pruning).rejects.toThrow(StoreUnavailableError);
    expect(existsSync(path)).toBe(false);
    await store.close();
  });
});

describe("sqliteStore.prune where no thread can be had", () => {
  /** As `--permission` has it, for what has to happen in this very process. */
  function forbidThreads(): void {
    const forbidden = vi.spyOn(workerThreads(), "Worker", "get").mockImplementation(() => {
      throw new Error("Access to this API has been restricted.");
    });
    onTestFinished(() => forbidden.mockRestore());
  }

  it("removes a few at a time, between turns of other work, and keeps to its limit", async () => {
    const { path, store } = await filled(EXPIRED);
    const child = startChildWithoutThreads("prune", path, "1", "51", "5000", "Infinity", "10");
    const { removed, most, turns } = (await child.next()) as Record<string, number | number[]>;
    console.log(
      `prune of ${EXPIRED} in turns: ${turns}, the longest of ${Number(most).toFixed(1)} ms of work`,
    );
    expect(removed).toEqual([1, 51, 5000, EXPIRED - 5052, 0]);
    expect(turns).toBeGreaterThan(EXPIRED / 100);
    // In one go it would be a second.
    expect(most).toBeLessThan(50);
    expect(await store.get("living")).toBeDefined();
    await store.close();
  });

  it("goes past what has not quite expired, and past rows that share a step of the index", async () => {
    forbidThreads();
    const { store } = await filled(0);
    // Steps of 4: of what lies in the last one, and so is looked at, 3 have not expired.
    for (let i = 0; i < 400; i++)
      await store.set(freshKey(), record({ accessedAt: 0, expiresAt: 32 + (i % 4) }));
    expect(await store.prune(33, 1000)).toBe(100);
    expect(await store.prune(34, 30)).toBe(30);
    expect(await store.prune(36, 1000)).toBe(270);
    await store.close();
  });

  it("leaves what is extended meanwhile, and merges as it goes", async () => {
    forbidThreads();
    const { path, store } = await filled(5000);
    const extended = freshKey();
    await store.set(extended, record({ expiresAt: 4999 }));
    const pruning = store.prune(5000, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.touch(extended, 1, 5000);
    expect(await pruning).toBe(5000);
    expect(await store.get(extended)).toBeDefined();
    expect(statSync(`${path}-wal`).size).toBeLessThan(2000 * 4096);
    await store.close();
  });

  it("stops when the store is closed meanwhile, and leaves it closed", async () => {
    forbidThreads();
    const { path, store } = await filled(5000);
    const pruning = store.prune(5000, 5000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const removed = await pruning;
    expect(removed).toBeLessThan(5000);
    expect(await store.prune(5000, 5000)).toBe(5000 - removed);
    await store.close();
  });

  it("says who waits for what when somebody else writes without end", async () => {
    forbidThreads();
    const { path, store } = await filled(100);
    const pruning = store.prune(100, 100);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(pruning).rejects.toThrow(/sqlite store .*sessions\.db.*500 ms/);
    other.close();
    expect(await store.prune(100, 100)).toBe(100);
    await store.close();
  });
});
