import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { freshKey, record } from "../testing/contract/subject.ts";
import { pruneInBatches } from "./sqlite/prune.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";

const EXPIRED = 20_000;

/** Counts the turns of the event loop and the longest gap between two, in ms, while `act` runs. */
async function watched<T>(act: () => Promise<T>): Promise<{ result: T; turns: number; longest: number }> {
  let [turns, longest, last, over] = [0, 0, performance.now(), false];
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  const result = await act();
  over = true;
  return { result, turns, longest };
}

describe("sqliteStore.prune", () => {
  it(`lets others run while it removes ${EXPIRED} records`, async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.set("living", record());
    const database = new DatabaseSync(path);
    const insert = database.prepare(
      "INSERT INTO sessions (key, version, created_at, accessed_at, expires_at, value) VALUES (?, 1, 0, 0, ?, ?)",
    );
    database.exec("BEGIN");
    for (let i = 0; i < EXPIRED; i++) insert.run(Buffer.from(freshKey(), "base64url"), i, "x".repeat(500));
    database.exec("COMMIT");
    database.close();

    const { result, turns, longest } = await watched(async () => store.prune?.(EXPIRED, EXPIRED * 2));
    console.log(`prune of ${EXPIRED}: ${turns} turns, longest gap ${longest.toFixed(1)} ms`);
    expect(result).toBe(EXPIRED);
    // At most 400 rows a statement.
    expect(turns).toBeGreaterThanOrEqual(EXPIRED / 400);
    expect(await store.get("living")).toBeDefined();
    await store.close?.();
  });

  it("stops when the store is closed meanwhile, and leaves it closed", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    for (let i = 0; i < 300; i++) await store.set(freshKey(), record({ expiresAt: i }));
    const pruning = store.prune?.(1000, 1000);
    await store.close?.();
    expect(await pruning).toBe(100);
    expect(await store.prune?.(1000, 1000)).toBe(200);
    await store.close?.();
  });
});

describe("pruneInBatches", () => {
  const busyFor = (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };

  async function sizesOf(limit: number, millisecondsARow: number): Promise<number[]> {
    const sizes: number[] = [];
    await pruneInBatches(limit, {
      remove(size) {
        sizes.push(size);
        busyFor(size * millisecondsARow);
        return size;
      },
      settle: () => {},
      isOver: () => false,
    });
    return sizes;
  }

  it("takes less at a time where a row takes long", async () => {
    const [first, ...rest] = await sizesOf(400, 0.2);
    expect(first).toBe(100);
    expect(Math.max(...rest)).toBeLessThanOrEqual(20);
  });

  it("takes more at a time where rows are quick, up to its bound", async () => {
    const sizes = await sizesOf(5000, 0);
    expect(sizes.slice(0, 3)).toEqual([100, 150, 225]);
    expect(Math.max(...sizes)).toBe(400);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(5000);
  });

  it("never removes and settles in one turn of the event loop", async () => {
    const log: string[] = [];
    let over = false;
    setImmediate(function tick() {
      log.push("turn");
      if (!over) setImmediate(tick);
    });
    await pruneInBatches(1000, {
      remove: (size) => log.push("remove") && size,
      settle: () => log.push("settle"),
      isOver: () => false,
    });
    over = true;
    expect(log.join(" ")).not.toMatch(/remove settle|settle remove/);
    expect(log).toContain("settle");
  });
});
