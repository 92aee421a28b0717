import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { LockTimeoutError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { scratchPath, startChild } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

const HOUR = 3_600_000;
const NOW = { wait: 0, lease: 1000 };

function openStore(path = scratchPath()): Required<SessionStore> & { path: string } {
  const store = sqliteStore({ path }) as Required<SessionStore>;
  onTestFinished(() => store.close());
  return { ...store, path };
}

/** Which locks there are, by their keys. */
function locks(path: string): unknown[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare("SELECT key FROM locks").all();
  database.close();
  return rows.map(({ key }) => key);
}

describe("sqliteStore.lock and a clock that is set back", () => {
  it("does not wait for a holder that was killed before: its lease lies in the future", async () => {
    const { path, ...store } = openStore();
    const version = (await store.set("k", record())) as string;
    const child = startChild("lock", path, "k", String(HOUR));
    expect(await child.next()).toBe("locked");
    await child.kill();
    const lock = await store.lock("k", NOW);
    expect(await store.set("k", record(), { version })).toBe(false);
    await expect(store.lock("k", NOW)).rejects.toThrow(LockTimeoutError);
    await lock.release();
    expect(locks(path)).toEqual([]);
  });

  it("leaves a lease alone that is no longer than it was given, however short the next one asks for", async () => {
    const { path, ...store } = openStore();
    const long = await store.lock("long", { wait: 0, lease: HOUR });
    await expect(store.lock("long", { wait: 0, lease: 1 })).rejects.toThrow(LockTimeoutError);
    const child = startChild("lock", path, "a little", "5000");
    await child.next();
    await expect(store.lock("a little", NOW)).rejects.toThrow(LockTimeoutError);
    expect(await long.renew()).toBe(true);
    await expect(store.lock("long", { wait: 0, lease: 1 })).rejects.toThrow(LockTimeoutError);
  });

  it("removes what it left behind with the next purge", async () => {
    const { path, ...store } = openStore();
    await store.lock("held", NOW);
    const child = startChild("lock", path, "k", String(HOUR));
    await child.next();
    await child.kill();
    await store.prune(0, 10);
    expect(locks(path)).toEqual(["held"]);
  });

  it("waits for a lease whose length is not known: a next-beaker of before has taken it", async () => {
    const { path, ...store } = openStore();
    await store.get("k");
    const database = new DatabaseSync(path);
    const lease = (until: number) =>
      database
        .prepare("INSERT OR REPLACE INTO locks VALUES ('k', ?, ?)")
        .run("99999999-9999-4999-8999-999999999999", until);
    lease(Date.now() + HOUR);
    await expect(store.lock("k", NOW)).rejects.toThrow(LockTimeoutError);
    lease(Date.now() - 1);
    const lock = await store.lock("k", NOW);
    expect(await lock.renew()).toBe(true);
    // What such a one asks of ours: it knows the holder by the whole text, and when it ends.
    const { owner, expires_at: until } = database.prepare("SELECT owner, expires_at FROM locks").get() ?? {};
    expect(owner).toMatch(/^[0-9a-f-]{36} \d{13}$/);
    expect(until).toBeGreaterThan(Date.now());
    database.close();
  });
});

describe("sqliteStore.lock after close()", () => {
  const isOpen = (path: string) => existsSync(`${path}-wal`);

  it("renews and releases, and leaves nothing open", async () => {
    const { path, ...store } = openStore();
    const lock = await store.lock("k", { wait: 0, lease: 10_000 });
    await store.close();
    expect(await lock.renew()).toBe(true);
    expect([locks(path), isOpen(path)]).toEqual([["k"], false]);
    await lock.release();
    expect([locks(path), isOpen(path)]).toEqual([[], false]);
  });

  it("waits as before, and leaves nothing open, whether it gets the lock or not", async () => {
    const { path, ...store } = openStore();
    const lock = await store.lock("k", { wait: 0, lease: 10_000 });
    const impatient = store.lock("k", { wait: 100, lease: 1000 });
    const patient = store.lock("k", { wait: 10_000, lease: 1000 });
    await store.close();
    await expect(impatient).rejects.toThrow(LockTimeoutError);
    expect(isOpen(path)).toBe(false);
    await lock.release();
    const second = await patient;
    expect([locks(path), isOpen(path)]).toEqual([["k"], false]);
    await second.release();
    expect([locks(path), isOpen(path)]).toEqual([[], false]);
  });

  it("opens again for one that is asked for afterwards, until the next close()", async () => {
    const { path, ...store } = openStore();
    await store.get("k");
    await store.close();
    const lock = await store.lock("k", NOW);
    expect(isOpen(path)).toBe(true);
    await lock.release();
    expect(isOpen(path)).toBe(true);
    await store.close();
    expect(isOpen(path)).toBe(false);
  });
});
