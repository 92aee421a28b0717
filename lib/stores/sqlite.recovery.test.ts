import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { scratchPath, startChild } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

function openStore(path: string): SessionStore {
  const store = sqliteStore({ path, busyTimeout: 500 });
  onTestFinished(() => store.close?.());
  return store;
}

async function failureOf(act: Promise<unknown>): Promise<StoreUnavailableError> {
  const failure = await act.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreUnavailableError);
  return failure as StoreUnavailableError;
}

/** A database closed by its writer, with one record. */
async function made(path: string, value: string): Promise<void> {
  const store = sqliteStore({ path });
  await store.set("k", record({ value }));
  await store.close?.();
}

const pastTheCheck = () => new Promise((resolve) => setTimeout(resolve, 1050));
const pastTheCheckOfWrites = () => new Promise((resolve) => setTimeout(resolve, 25));

describe("sqliteStore and a damaged file", () => {
  it("names store, path, problem and remedy, and goes on once the file is replaced", async () => {
    const path = scratchPath();
    writeFileSync(path, "not a database ".repeat(100));
    const store = openStore(path);
    for (const act of [() => store.get("k"), () => store.set("k", record()), () => store.prune?.(0, 1)]) {
      const failure = await failureOf(Promise.resolve(act()));
      expect(failure.message).toMatch(
        /^sqlite store \/.*sessions\.db: this file is not a SQLite database.*Restore/s,
      );
      expect(failure.message).toMatch(/by `mv`, not by `cp`/);
      expect(failure.cause).toMatchObject({ errcode: 26 });
    }
    rmSync(path);
    expect(await store.get("k")).toBeUndefined();
    expect(await store.set("k", record())).toBeTypeOf("string");
  });

  it("recovers from a file overwritten while it is open", async () => {
    const path = scratchPath();
    const backup = `${path}.backup`;
    await made(path, "backup");
    copyFileSync(path, backup);
    const store = openStore(path);
    await store.set("big", record({ value: "x".repeat(200_000) }));
    await store.close?.();
    const { size } = statSync(path);
    await store.get("k");
    writeFileSync(path, Buffer.alloc(size, 0x55), { flag: "r+" });
    await failureOf(store.get("big"));
    copyFileSync(backup, path);
    for (const sibling of ["-wal", "-shm"]) rmSync(path + sibling, { force: true });
    expect((await store.get("k"))?.value).toBe("backup");
  });

  it("refuses another application's database and leaves it alone", async () => {
    const path = scratchPath();
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE users (id)");
    const failure = await failureOf(openStore(path).get("k"));
    expect(failure.message).toMatch(/another application.*file of its own/);
    expect(database.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "delete" });
    expect(database.prepare("SELECT name FROM sqlite_schema").all()).toHaveLength(1);
    database.close();
  });

  it.each([
    [1, "an older"],
    [3, "a newer"],
  ])("refuses a database of schema %i, and leaves it as it was", async (schema, age) => {
    const path = scratchPath();
    await made(path, "v");
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${schema}`);
    expect((await failureOf(openStore(path).get("k"))).message).toMatch(
      new RegExp(`written by ${age} next-beaker \\(schema ${schema}, .* file of its own`),
    );
    expect(database.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: schema });
    database.close();
  });

  it("says so when a part of the path is a file", async () => {
    const path = scratchPath();
    writeFileSync(path, "");
    const failure = await failureOf(openStore(join(path, "sessions.db")).get("k"));
    expect(failure.message).toMatch(/a part of the path is a file/);
  });

  it("says so where no directory can be made, which Node would try forever", async () => {
    const failure = await failureOf(openStore("/proc/none/such/sessions.db").get("k"));
    expect(failure.message).toMatch(/not there and cannot be made.*Set `path`/);
  });

  it("says so when the path is a directory", async () => {
    const path = scratchPath();
    mkdirSync(path);
    expect((await failureOf(openStore(path).get("k"))).message).toMatch(/sqlite store .*cannot be opened/);
  });
});

describe("sqliteStore and a file that moves", () => {
  it("starts afresh after the database was deleted, and resurrects nothing from its -wal", async () => {
    const path = scratchPath();
    const store = openStore(path);
    await store.set("old", record());
    rmSync(path);
    await pastTheCheckOfWrites();
    expect(await store.set("new", record(), "present")).toBe(false);
    expect(await store.set("new", record())).toBeTypeOf("string");
    expect(await store.get("old")).toBeUndefined();
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
    await store.close?.();
    expect(await store.get("new")).toBeDefined();
    expect(await store.get("old")).toBeUndefined();
  });

  it("notices a deletion in reads alone within a second", async () => {
    const path = scratchPath();
    const store = openStore(path);
    await store.set("old", record());
    rmSync(dirname(path), { recursive: true });
    await pastTheCheck();
    expect(await store.get("old")).toBeUndefined();
  });

  it("goes on with a database put in the place of the open one", async () => {
    const path = scratchPath();
    const other = `${path}.other`;
    await made(other, "other");
    const store = openStore(path);
    await store.set("k", record({ value: "first" }));
    await store.set("old", record());
    renameSync(other, path);
    await pastTheCheck();
    expect((await store.get("k"))?.value).toBe("other");
    expect(await store.get("old")).toBeUndefined();
    await store.set("k", record({ value: "again" }));
    await store.close?.();
    expect((await store.get("k"))?.value).toBe("again");
  });

  it("starts afresh together with another process that has the deleted one open", async () => {
    const path = scratchPath();
    const store = openStore(path);
    const child = startChild("use", path);
    await child.next();
    expect((await store.get("k"))?.value).toBe("child");
    for (let round = 0; round < 5; round++) {
      rmSync(path);
      await pastTheCheckOfWrites();
      await store.set("k", record({ value: `parent ${round}` }));
      child.process.send(round);
      expect(await child.next()).toBe(`parent ${round}`);
      expect((await store.get("child"))?.value).toBe(String(round));
    }
    const database = new DatabaseSync(path);
    expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
    database.close();
  });

  it("makes its tables again when they were dropped", async () => {
    const path = scratchPath();
    const store = openStore(path);
    await store.set("k", record());
    const database = new DatabaseSync(path);
    database.exec("DROP TABLE sessions");
    database.close();
    expect(await store.get("k")).toBeUndefined();
    expect(await store.set("k", record())).toBeTypeOf("string");
  });
});

// Only by a URL, since Node 22.15, can it be said that nobody writes.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const canOpenByUrl = major > 22 || minor >= 15;

// Root ignores file modes, so these are read by a child that has become nobody.
describe.runIf(process.getuid?.() === 0)("sqliteStore and a database that may only be read", () => {
  const REFUSED = [
    "ERR_STORE_UNAVAILABLE",
    expect.stringMatching(/sqlite store .*read-only.*write access/),
    expect.any(String),
  ];

  it("reads a closed one in a directory where nothing can be made, and sees what its owner writes later", async () => {
    const path = scratchPath();
    await made(path, "readable");
    chmodSync(path, 0o644);
    const child = startChild("nobody", path);
    if (!canOpenByUrl) {
      expect(await child.next()).toMatch(/^StoreUnavailableError: sqlite store .*cannot be opened/);
      return;
    }
    expect(await child.next()).toBe("readable");
    expect(await child.next()).toEqual(REFUSED);
    expect(await child.next()).toEqual(REFUSED);

    const owner = new DatabaseSync(path);
    owner.exec("UPDATE sessions SET value = 'later'");
    child.process.send("read");
    expect(await child.next()).toBe("later");
    owner.close();
    child.process.send("read");
    expect(await child.next()).toBe("later");
  });

  it("reads one that its owner has open", async () => {
    const path = scratchPath();
    await made(path, "first");
    chmodSync(path, 0o644);
    const owner = new DatabaseSync(path);
    owner.exec("UPDATE sessions SET value = 'open'");
    const child = startChild("nobody", path);
    expect(await child.next()).toBe("open");
    expect(await child.next()).toEqual(REFUSED);
    owner.close();
  });

  it("reports one that may not even be read", async () => {
    const path = scratchPath();
    await made(path, "private");
    const child = startChild("nobody", path);
    expect(await child.next()).toMatch(/^StoreUnavailableError: sqlite store .*cannot be opened/);
  });

  it("leaves the mode of a file that somebody else owns", async () => {
    const path = scratchPath();
    await made(path, "theirs");
    chmodSync(path, 0o666);
    chownSync(path, 65534, 65534);
    expect((await openStore(path).get("k"))?.value).toBe("theirs");
    expect((statSync(path).mode & 0o777).toString(8)).toBe("666");
  });

  it("reads an immutable file", async (context) => {
    const path = scratchPath();
    await made(path, "immutable");
    try {
      execFileSync("chattr", ["+i", path], { stdio: "ignore" });
    } catch {
      return context.skip("chattr does not work here");
    }
    onTestFinished(() => void execFileSync("chattr", ["-i", path]));
    const store = openStore(path);
    expect((await store.get("k"))?.value).toBe("immutable");
    expect((await failureOf(store.set("k", record()))).message).toMatch(/read-only/);
    await store.close?.();
  });
});
