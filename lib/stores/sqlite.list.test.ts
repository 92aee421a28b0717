import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { freshKey, record } from "../testing/contract/subject.ts";
import { boundHash, placeOf } from "./sqlite/place.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

const SUBJECT = freshKey();
const MANY = 20_000;
/** Some pages, and one that is not full. */
const SOME = 950;

/** A store with so many sessions of one subject. */
async function filled(count: number) {
  const path = scratchPath();
  const store = sqliteStore({ path }) as Required<SessionStore>;
  onTestFinished(() => store.close());
  await store.set("another's", record({ subject: freshKey() }));
  const database = new DatabaseSync(path);
  const insert = database.prepare(
    `INSERT INTO sessions (id, key, version, created_at, accessed_at, subject, value) VALUES (?, ?, 1, 0, 0, ?, ?)`,
  );
  const keys = Array.from({ length: count }, freshKey);
  database.exec("BEGIN");
  for (const key of keys) {
    const [id, , bound] = placeOf(key);
    insert.run(id, bound, boundHash(SUBJECT), "x".repeat(2000));
  }
  database.exec("COMMIT");
  database.close();
  return { path, store, keys };
}

describe("sqliteStore.list", () => {
  it(`leaves turns to others while it reads ${MANY} sessions`, async () => {
    const { store, keys } = await filled(MANY);
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const listed = new Set<string>();
    let [cpu, longest, seen] = [process.cpuUsage(), 0, 0];
    for await (const { key } of store.list(SUBJECT)) {
      listed.add(key);
      if (turns === seen) continue;
      const { user, system } = process.cpuUsage(cpu);
      [cpu, seen, longest] = [process.cpuUsage(), turns, Math.max(longest, (user + system) / 1000)];
    }
    clearInterval(counting);
    console.log(`list of ${MANY}: ${turns} turns, work between two ${longest.toFixed(1)} ms at most`);
    expect(listed).toEqual(new Set(keys));
    expect(turns).toBeGreaterThan(MANY / 1000);
    // At once it would be 200.
    expect(longest).toBeLessThan(100);
  });

  it("gives each that is there all the time just once, whatever comes and goes meanwhile", async () => {
    const { store, keys } = await filled(SOME);
    const [gone, kept] = [keys.filter((_, i) => i % 3 === 0), keys.filter((_, i) => i % 3 !== 0)];
    const listed: string[] = [];
    for await (const { key } of store.list(SUBJECT)) {
      listed.push(key);
      const victim = gone.pop();
      if (victim) await store.delete(victim);
      await store.set(freshKey(), record({ subject: SUBJECT }));
      await store.set(
        kept[listed.length % kept.length] as string,
        record({ subject: SUBJECT, value: "new" }),
      );
    }
    expect(new Set(listed).size).toBe(listed.length);
    expect(kept.filter((key) => !listed.includes(key))).toEqual([]);
  });

  it("keeps those apart that share a place, also where a page ends between them", async () => {
    const { store, keys } = await filled(99);
    const highest = Math.max(...keys.map((key) => placeOf(key)[0]));
    const neighbour = (number: number) =>
      Buffer.concat([Buffer.alloc(6, 0xff), Buffer.alloc(26, number)]).toString("base64url");
    const behind = Array.from({ length: 20 }, (_, number) => neighbour(number));
    expect(placeOf(neighbour(0))[0]).toBeGreaterThan(highest);
    for (const key of behind) await store.set(key, record({ subject: SUBJECT }));
    const listed = [];
    for await (const { key } of store.list(SUBJECT)) listed.push(key);
    expect(listed.slice(99)).toEqual(behind);
    expect(new Set(listed.slice(0, 99))).toEqual(new Set(keys));
  });

  it("goes on after the store was closed, and leaves nothing open", async () => {
    const { path, store, keys } = await filled(SOME);
    let count = 0;
    for await (const _ of store.list(SUBJECT)) if (++count === 5) await store.close();
    expect(count).toBe(keys.length);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});
