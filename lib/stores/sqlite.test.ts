import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError, NotSupportedError } from "../errors.ts";
import { freshKey, record } from "../testing/contract/subject.ts";
import { testStore } from "../testing/store-contract.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { sqliteStore as edgeStore } from "./sqlite.edge.ts";
import { sqliteStore } from "./sqlite.ts";

testStore(
  { describe, it },
  {
    name: "sqliteStore",
    durable: true,
    secondProcess: new URL("./sqlite/open.testing.ts", import.meta.url),
    create: () => {
      const path = scratchPath();
      return { store: sqliteStore({ path }), restart: () => sqliteStore({ path }), argument: path };
    },
  },
);

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

function withUmask(umask: number): void {
  const before = process.umask(umask);
  onTestFinished(() => void process.umask(before));
}

/** How many connections this process has to a path; Linux only. */
function descriptors(path: string): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return statSync(`/proc/self/fd/${fd}`).ino === statSync(path).ino;
    } catch {
      return false;
    }
  }).length;
}

describe("sqliteStore opening", () => {
  it("touches nothing until first use", async () => {
    const path = scratchPath("deep/er/sessions.db");
    const store = sqliteStore({ path });
    await store.close?.();
    expect(existsSync(dirname(path))).toBe(false);
    await store.get("k");
    expect(existsSync(path)).toBe(true);
    await store.close?.();
  });

  it("makes private files and directories whatever the umask", async () => {
    withUmask(0);
    const path = scratchPath("deep/er/sessions.db");
    const store = sqliteStore({ path });
    await store.set("k", record());
    for (const file of [path, `${path}-wal`, `${path}-shm`])
      expect([file, modeOf(file)]).toEqual([file, "600"]);
    expect([modeOf(dirname(path)), modeOf(dirname(dirname(path)))]).toEqual(["700", "700"]);
    await store.close?.();
  });

  it("closes an existing file of its user to others, and never opens one wider", async () => {
    withUmask(0);
    for (const before of [0o664, 0o640]) expect(await modesAfter(before)).toEqual(["600", "600"]);
  });

  it.runIf(process.getuid?.() === 0)("opens one that only root can write no wider either", async () => {
    withUmask(0);
    for (const before of [0o444, 0o400]) expect(await modesAfter(before)).toEqual(["400", "400"]);
  });

  /** The modes of a database and its log, once something was written to a file that had this one. */
  async function modesAfter(before: number): Promise<string[]> {
    const path = scratchPath();
    writeFileSync(path, "", { mode: before });
    const store = sqliteStore({ path });
    await store.set("k", record());
    const modes = [modeOf(path), modeOf(`${path}-wal`)];
    await store.close?.();
    return modes;
  }

  it("leaves the mode of a directory that was there", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.get("k");
    expect(modeOf(dirname(path))).toBe("755");
    await store.close?.();
  });

  it("knows the files behind a symbolic link", async () => {
    const path = scratchPath();
    const target = join(dirname(path), "elsewhere", "real.db");
    mkdirSync(dirname(target));
    symlinkSync(target, path);
    const direct = sqliteStore({ path: target });
    await direct.set("k", record({ value: "linked" }));
    chmodSync(`${target}-wal`, 0o644);
    const store = sqliteStore({ path });
    expect((await store.get("k"))?.value).toBe("linked");
    expect(modeOf(`${target}-wal`)).toBe("600");
    await direct.close?.();
    await store.close?.();
  });

  it("uses WAL and a header of its own", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.set("k", record());
    const database = new DatabaseSync(path);
    expect(database.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA application_id").get()).toMatchObject({ application_id: 0x6e626b72 });
    expect(database.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 2 });
    database.close();
    await store.close?.();
  });

  it("stores a hashed key as its 32 bytes, any other as text", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.set(freshKey(), record());
    await store.set("other", record());
    const database = new DatabaseSync(path);
    expect(
      database.prepare("SELECT typeof(key) AS type, length(key) AS length FROM sessions ORDER BY type").all(),
    ).toEqual([
      expect.objectContaining({ type: "blob", length: 32 }),
      expect.objectContaining({ type: "text", length: 5 }),
    ]);
    database.close();
    await store.close?.();
  });
});

describe("sqliteStore sharing", () => {
  it("has one connection a path, closed with its last user", async () => {
    const path = scratchPath();
    const again: typeof import("./sqlite.ts") = await import(
      /* @vite-ignore */ "./sqlite.ts?again" as string
    );
    const [one, two] = [
      sqliteStore({ path }),
      again.sqliteStore({ path: join(dirname(path), ".", "sessions.db") }),
    ];
    await one.set("k", record({ value: "shared" }));
    expect((await two.get("k"))?.value).toBe("shared");
    expect(descriptors(path)).toBe(1);
    await one.close?.();
    await one.close?.();
    expect(descriptors(path)).toBe(1);
    expect((await two.get("k"))?.value).toBe("shared");
    await two.close?.();
    expect(descriptors(path)).toBe(0);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it("opens again when used after close", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path });
    await store.set("k", record({ value: "kept" }));
    await store.close?.();
    expect((await store.get("k"))?.value).toBe("kept");
    await store.close?.();
  });

  it("registers no signal or exit handlers", async () => {
    const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
    const before = listeners();
    const store = sqliteStore({ path: scratchPath() });
    await store.set("k", record());
    expect(listeners()).toEqual(before);
    await store.close?.();
  });
});

describe("sqliteStore options", () => {
  const wrong = [
    {},
    { path: "" },
    { path: 1 },
    { path: "a\0b" },
    { path: ":memory:" },
    { path: "file:a.db?mode=ro" },
    { path: "a.db", busyTimeout: -1 },
    { path: "a.db", busyTimeout: 1.5 },
    { path: "a.db", busyTimeout: 2 ** 31 },
    { path: "a.db", busyTimeOut: 1 },
  ];
  it.each(wrong)("refuses %j, on Node and on the Edge", (options) => {
    expect(() => sqliteStore(options as never)).toThrow(ConfigError);
    expect(() => edgeStore(options as never)).toThrow(ConfigError);
  });

  it("says on the Edge what works there instead", async () => {
    const store = edgeStore({ path: "a.db" });
    const calls = [
      store.get("k"),
      store.set("k", record()),
      store.touch("k", 0, null),
      store.delete("k"),
      store.prune?.(0, 1),
    ];
    for (const call of calls) {
      await expect(call).rejects.toThrow(NotSupportedError);
      await expect(call).rejects.toThrow(/signed stamps .* `runtime: "nodejs"` .* proxy\.ts/);
    }
    await store.close?.();
  });
});
