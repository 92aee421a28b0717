import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { scratchPath, startChild } from "./sqlite/scratch.testing.ts";
import { sqliteStore } from "./sqlite.ts";

describe("sqliteStore with several processes", () => {
  it("loses no increment of four writers that start on no file at all", async () => {
    const path = scratchPath();
    const children = Array.from({ length: 4 }, () => startChild("increment", path, "counter", "500"));
    await Promise.all(children.map((child) => child.next()));
    // A shared instant: on a busy machine the first would else be done before the last has started.
    for (const child of children) child.process.send({ at: Date.now() + 50 });
    const said = await Promise.all(children.map((child) => child.next()));
    const conflicts = said.reduce<number>((sum, one) => sum + (one as { conflicts: number }).conflicts, 0);
    expect(conflicts).toBeGreaterThan(0);
    const store = sqliteStore({ path });
    expect((await store.get("counter"))?.value).toBe("2000");
    await store.close?.();
  });

  it("lets four processes make one database at the same instant", async () => {
    const path = scratchPath();
    const children = Array.from({ length: 4 }, () => startChild("found", path));
    await Promise.all(children.map((child) => child.next()));
    for (let round = 0; round < 40; round++) {
      // A shared instant, since messages do not arrive at once.
      for (const child of children) child.process.send({ round, at: Date.now() + 20 });
      const said = await Promise.all(children.map((child) => child.next()));
      expect(said).toEqual(["ok", "ok", "ok", "ok"]);
    }
  });

  it("has every acknowledged write after a kill in the middle of writing", async () => {
    const path = scratchPath();
    for (let round = 0; round < 3; round++) {
      const child = startChild("stream", path);
      let last = -1;
      while (last < 200 + round * 77) last = (await child.next()) as number;
      await child.kill();
      const store = sqliteStore({ path });
      for (let i = 0; i <= last; i++) expect((await store.get(`k${i}`))?.value).toBe(`v${i}`);
      await store.close?.();
      const database = new DatabaseSync(path);
      expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
      database.close();
    }
  });

  it("reads while another process holds the write lock, and says who waits for what when it cannot write", async () => {
    const path = scratchPath();
    const store = sqliteStore({ path, busyTimeout: 50 });
    await store.set("k", record({ value: "before" }));
    const holder = startChild("hold", path);
    expect(await holder.next()).toBe("held");

    expect((await store.get("k"))?.value).toBe("before");
    const failure = await store.set("k", record()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/sqlite store .*sessions\.db.*50 ms.*busyTimeout/),
    });
    expect((failure as Error).cause).toMatchObject({ errcode: 5 });

    await holder.kill();
    expect(await store.set("k", record({ value: "after" }))).toBeTypeOf("string");
    await store.close?.();
  });

  it("lets the newest store of a path decide on busyTimeout", async () => {
    const path = scratchPath();
    const [one, two] = [sqliteStore({ path, busyTimeout: 20_000 }), sqliteStore({ path, busyTimeout: 10 })];
    await one.set("k", record());
    await two.get("k");
    const holder = startChild("hold", path);
    await holder.next();
    const startedAt = performance.now();
    await expect(one.set("k", record())).rejects.toThrow(/more than 10 ms/);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await holder.kill();
    await one.close?.();
    await two.close?.();
  });
});
