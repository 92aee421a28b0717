import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { record } from "../testing/contract/subject.ts";
import { PAGES_AT_MOST } from "./sqlite/connection.ts";
import { scratchPath, startChild, startChildWithoutThreads } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

/** Writes after which a thread merges. */
const ENOUGH = 2000;
const PAGE = 4096;

/** Changes when the log starts anew: https://sqlite.org/fileformat2.html#walformat, salt-1. */
const turnOf = (path: string) => readFileSync(`${path}-wal`).readUInt32BE(16);

const until = (look: () => unknown) => vi.waitUntil(look, { timeout: 20_000, interval: 5 });

async function write(store: SessionStore, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await store.set(`k${i}`, record({ value: `v${i}` }));
}

/** What the main file holds by itself. By another process: one that closes a file here drops SQLite's locks on it. */
function inFileAlone(path: string): number {
  const copy = `${path}.copy`;
  execFileSync("cp", [path, copy]);
  const database = new DatabaseSync(copy);
  const { integrity_check } = database.prepare("PRAGMA integrity_check").get() as { integrity_check: string };
  expect(integrity_check).toBe("ok");
  const { n } = database.prepare("SELECT count(*) AS n FROM sessions").get() as { n: number };
  database.close();
  return n;
}

describe("sqliteStore's log", () => {
  it(`is merged into the file after ${ENOUGH} writes, not by one of them`, async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await write(store, 0, ENOUGH - 1);
    await delay(200);
    const [turn, before] = [turnOf(path), inFileAlone(path)];
    expect(before).toBeLessThan(ENOUGH / 10);

    await write(store, ENOUGH - 1, ENOUGH);
    // This thread has not been idle since, so that the other's work cannot be over, and has not done it itself.
    expect(turnOf(path)).toBe(turn);
    await until(() => turnOf(path) !== turn);
    expect(inFileAlone(path)).toBe(ENOUGH);
    await store.close?.();
  });

  it("stays short however many writes come, and loses none of them", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.set("k", record());
    const turn = turnOf(path);
    const writes = 12 * ENOUGH;
    for (let i = 0; i < writes; i += 60) {
      const some = Array.from({ length: 60 }, (_, n) => i + n);
      // Each with another expiry, which moves in the index: three pages a write.
      const saved = (n: number) => record({ value: `v${n}`, expiresAt: Date.now() + n * 60_000 });
      await Promise.all(some.map((n) => store.set(`k${n % 3000}`, saved(n))));
    }
    // Writes that leave no time to catch up had to wait for it.
    expect(turnOf(path)).not.toBe(turn);
    expect(statSync(`${path}-wal`).size).toBeLessThan(0.8 * PAGES_AT_MOST * PAGE);
    for (let i = writes - 3000; i < writes; i++) {
      expect((await store.get(`k${i % 3000}`))?.value).toBe(`v${i}`);
    }
    await store.close?.();
  });

  it("is gone when the store is closed in the middle of a merge", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await write(store, 0, ENOUGH);
    await store.close?.();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const touched = vi.fn();
    const watcher = watch(dirname(path), touched);
    await delay(300);
    watcher.close();
    expect(touched).not.toHaveBeenCalled();
    expect(inFileAlone(path)).toBe(ENOUGH);
  });

  it("is merged by the writes themselves where no thread can be had", async () => {
    const path = scratchPath();
    const child = startChildWithoutThreads("fill", path, String(2 * ENOUGH));
    expect(await child.next()).toBe("filled");
    expect(inFileAlone(path)).toBeGreaterThan(ENOUGH);
    // What came before the first merge, which is the longest: some pages a record.
    expect(statSync(`${path}-wal`).size).toBeLessThan(6 * ENOUGH * PAGE);
  });

  it("loses nothing when the process is killed in the middle of a merge", async () => {
    for (let round = 0; round < 5; round++) {
      const path = scratchPath();
      const child = startChild("stream", path);
      let last = -1;
      while (last < ENOUGH - 1) last = (await child.next()) as number;
      // A thread takes some 40 ms to start, and some 20 ms to merge.
      await delay(30 + round * 10);
      await child.kill();
      const store = sqliteStore({ path });
      for (let i = 0; i <= last; i++) expect((await store.get(`k${i}`))?.value).toBe(`v${i}`);
      await store.close?.();
      expect(inFileAlone(path)).toBeGreaterThan(last);
    }
  });

  it("does not get into a file that takes the place of its own just then", async () => {
    const path = scratchPath();
    const backup = sqliteStore({ path: `${path}.backup` });
    await write(backup, 0, 500);
    await backup.set("restored", record({ value: "yes" }));
    await backup.close?.();
    const store = sqliteStore({ path });
    await write(store, 0, ENOUGH - 1);
    await store.set("forgotten", record());
    renameSync(`${path}.backup`, path);
    await delay(300);
    expect(inFileAlone(path)).toBe(501);
    // A read looks once a second at the latest.
    await delay(1000);
    expect((await store.get("restored"))?.value).toBe("yes");
    expect(await store.get("forgotten")).toBeUndefined();
    await store.close?.();
    expect(inFileAlone(path)).toBe(501);
  });

  it("waits for a reader that stays, and nobody waits with it", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.set("k", record());
    const turn = turnOf(path);
    const [reader, writer] = [new DatabaseSync(path), new DatabaseSync(path)];
    reader.exec("BEGIN; SELECT * FROM sessions");
    await write(store, 0, ENOUGH);
    // Without waiting, so that it fails if the thread lets nobody write.
    for (const over = performance.now() + 500; performance.now() < over; await delay(1)) {
      writer.exec("BEGIN IMMEDIATE; ROLLBACK");
    }
    expect(turnOf(path)).toBe(turn);
    reader.close();
    writer.close();
    await until(async () => {
      await write(store, 0, ENOUGH / 2);
      return turnOf(path) !== turn;
    });
    await store.close?.();
  });

  it("is left to threads after one that another writer kept from merging", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path, busyTimeout: 20 });
    await write(store, 0, ENOUGH);
    const writer = new DatabaseSync(path);
    writer.exec("BEGIN IMMEDIATE");
    await delay(500);
    writer.exec("ROLLBACK");
    // The thread had merged everything, so this starts the log anew.
    await write(store, 0, 1);
    const turn = turnOf(path);
    await write(store, 1, ENOUGH - 1);
    expect(turnOf(path)).toBe(turn);
    await write(store, 0, 1);
    await until(() => turnOf(path) !== turn);
    writer.close();
    await store.close?.();
  });
});
