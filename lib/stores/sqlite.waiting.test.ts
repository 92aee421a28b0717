import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";
import type { SessionStore } from "./store.ts";

/** A store with one record, and somebody else who is writing, in this very thread: whoever blocks it waits for ever. */
async function held(busyTimeout?: number) {
  const path = scratchPath();
  const store = sqliteStore({ path, busyTimeout }) as Required<SessionStore>;
  await store.set("k", record({ value: "before" }));
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const free = () => other.close();
  return { path, store, free };
}

describe("sqliteStore while somebody else is writing", () => {
  it("lets this thread go on, and then does each operation once", async () => {
    const { store, free } = await held();
    const settled: string[] = [];
    const waiting = [
      store
        .set("k", record({ value: "after" }), "present")
        .then((version) => settled.push(`set ${!!version}`)),
      store.set("new", record(), "absent").then((version) => settled.push(`set ${!!version}`)),
      store.touch("k", 1, null).then((touched) => settled.push(`touch ${touched}`)),
      store.delete("none").then((deleted) => settled.push(`delete ${deleted}`)),
      store.prune(0, 10).then((removed) => settled.push(`prune ${removed}`)),
    ];
    const lock = store.lock("k", { wait: 1000, lease: 1000 });
    for (let tick = 0; tick < 20; tick++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(settled).toEqual([]);
    expect((await store.get("k"))?.value).toBe("before");
    free();
    await Promise.all(waiting);
    await (await lock).release();
    expect(settled.sort()).toEqual(["delete false", "prune 0", "set true", "set true", "touch true"]);
    expect((await store.get("k"))?.value).toBe("after");
    await store.close();
  });

  it("makes the database once the one who is making it is done", async () => {
    const path = scratchPath();
    const other = new DatabaseSync(path);
    other.exec("BEGIN EXCLUSIVE");
    const store = sqliteStore({ path });
    const reading = store.get("k");
    await new Promise((resolve) => setTimeout(resolve, 20));
    other.close();
    expect(await reading).toBeUndefined();
    await store.close?.();
  });

  it("closes only when what waits is done, and leaves nothing open", async () => {
    const { path, store, free } = await held();
    const saving = store.set("k", record({ value: "after" }));
    const closing = store.close();
    setTimeout(free, 20);
    await closing;
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(await saving).toBeTypeOf("string");
    expect((await store.get("k"))?.value).toBe("after");
    await store.close();
  });

  it("does not wait with busyTimeout 0", async () => {
    const { store, free } = await held(0);
    await expect(store.set("k", record())).rejects.toThrow(StoreUnavailableError);
    free();
    expect(await store.set("k", record())).toBeTypeOf("string");
    await store.close();
  });
});
