import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LockTimeoutError } from "../errors.ts";
import { freshKey, HOUR, record } from "../testing/contract/subject.ts";
import { age, type FullStore, filesBelow, listed, made } from "./file/scene.testing.ts";
import { fileStore } from "./file.ts";

describe("fileStore and a damaged file", () => {
  const DAMAGE: ReadonlyArray<readonly [what: string, damage: (file: string) => void]> = [
    ["empty", (file) => truncateSync(file, 0)],
    ["cut off in its head", (file) => truncateSync(file, 100)],
    ["cut off in its value", (file) => truncateSync(file, statSync(file).size - 5)],
    ["of something else", (file) => writeFileSync(file, '{"data":{}}')],
    [
      "with one letter changed",
      (file) => writeFileSync(file, readFileSync(file, "utf8").replace("mine", "mind")),
    ],
    ["with the clocks changed", (file) => writeFileSync(file, "9", { flag: "r+" })],
  ];

  it.each(DAMAGE)("%s: gives what nobody can decode, and can be replaced", async (_, damage) => {
    const { store, layout } = made();
    await store.set("k", record({ value: '{"data":{"it":"mine"}}' }));
    await store.set("other", record({ value: "sound" }));
    damage(layout.of("k").record);
    const found = await store.get("k");
    expect(found?.value).toMatch(/^Damaged file: /);
    expect(await store.set("k", record(), "absent")).toBe(false);
    const again = record({ value: "still mine" });
    expect(await store.set("k", again, { version: found?.version ?? "" })).toBeTypeOf("string");
    expect((await store.get("k"))?.value).toBe("still mine");
    expect((await store.get("other"))?.value).toBe("sound");

    damage(layout.of("k").record);
    expect(await store.touch("k", 1, null)).toBeTypeOf("boolean");
    expect((await store.get("k"))?.value).toMatch(/^Damaged file: /);
    expect(await store.delete("k")).toBe(true);
    expect(await store.get("k")).toBeUndefined();
  });

  it("looks again at a line that is just being overwritten", async () => {
    const { store, layout } = made();
    await store.set("k", record({ value: "whole" }));
    const { record: file } = layout.of("k");
    const sound = readFileSync(file, "utf8");
    writeFileSync(file, sound.replace("\n", " "));
    const reading = store.get("k");
    writeFileSync(file, sound);
    expect((await reading)?.value).toBe("whole");
  });

  it("has no clocks to move where nothing can be read", async () => {
    const { store, layout } = made();
    await store.set("k", record());
    const { record: file } = layout.of("k");
    truncateSync(file, 0);
    expect(await store.touch("k", 1, null)).toBe(false);
    expect(statSync(file).size).toBe(0);
  });

  it("goes with prune once its time says so", async () => {
    const { store, layout } = made();
    await store.set("k", record());
    truncateSync(layout.of("k").record, 0);
    age(layout.of("k").record);
    expect(await store.prune(Date.now(), 10)).toBe(1);
    expect(await store.get("k")).toBeUndefined();
  });
});

describe("fileStore.list", () => {
  it("removes entries that point to no session of the subject, and its folder with the last", async () => {
    const { store, layout } = made();
    await store.set("k", record({ subject: "a" }));
    await store.set("k", record({ subject: "b" }));
    expect(readdirSync(layout.subject("a"))).toHaveLength(1);
    expect(await listed(store, "a")).toEqual([]);
    expect(existsSync(layout.subject("a"))).toBe(false);
    expect(await listed(store, "b")).toEqual(["k"]);
  });

  it("lacks no session while lists tidy up and others sign in and out at once", async () => {
    const { store } = made();
    const keys = Array.from({ length: 8 }, freshKey);
    await Promise.all(
      keys.map(async (key) => {
        for (let i = 0; i < 10; i++) {
          await store.set(key, record({ subject: i % 2 === 0 ? "b" : "a" }));
          await listed(store, i % 2 === 0 ? "a" : "b");
        }
      }),
    );
    expect((await listed(store, "a")).sort()).toEqual(keys.sort());
  });
});

describe("fileStore.lock", () => {
  it("does not wait for a lease of the future: then the clock was set back", async () => {
    const { store, layout } = made();
    await store.set("k", record());
    const lease = (length: number, left: number) =>
      writeFileSync(layout.of("k").lease, JSON.stringify({ owner: "x", length, until: Date.now() + left }));
    lease(10_000, 9000);
    await expect(store.lock("k", { wait: 0, lease: 1000 })).rejects.toThrow(LockTimeoutError);
    lease(10_000, HOUR);
    await (await store.lock("k", { wait: 0, lease: 1000 })).release();
  });

  it("is free where a power cut left the lease empty", async () => {
    const { store, layout } = made();
    await store.set("k", record());
    writeFileSync(layout.of("k").lease, "");
    await (await store.lock("k", { wait: 0, lease: 1000 })).release();
  });
});

describe("fileStore.prune", () => {
  it("removes what expired also when its lock was taken since", async () => {
    const { store } = made();
    await store.set("k", record({ expiresAt: Date.now() - HOUR }));
    const before = Date.now() - 1000;
    await (await store.lock("k", { wait: 0, lease: 60_000 })).release();
    expect(await store.prune(before, 10)).toBe(1);
  });

  it("goes by the file's contents where its time is wrong", async () => {
    const { store, layout } = made();
    await store.set("k", record());
    age(layout.of("k").record);
    expect(await store.prune(Date.now(), 10)).toBe(0);
    expect(await store.get("k")).toBeDefined();
  });

  it("removes what crashed writers left, once it is a minute old", async () => {
    const { dir, store, layout } = made();
    await store.set("k", record());
    const { lock } = layout.of("k");
    const { lease } = layout.of("another");
    await store.set("another", record());
    const staged = join(layout.staging, "crashed");
    for (const directory of [join(lock, "crashed"), join(staged, "crashed")])
      mkdirSync(directory, { recursive: true });
    writeFileSync(join(staged, "crashed", "old0"), "");
    writeFileSync(lease, JSON.stringify({ owner: "crashed", length: 1000, until: Date.now() - 1 }));
    await store.prune(Date.now(), 10);
    expect([lock, lease, staged].map(existsSync)).toEqual([true, true, true]);
    for (const path of [lock, lease, staged]) age(path);
    await store.prune(Date.now(), 10);
    expect([lock, lease, staged].map(existsSync)).toEqual([false, false, false]);
    expect(filesBelow(dir)).toHaveLength(2);
  });

  it("goes on where it stopped, and sees all before it says that there is no more", async () => {
    const { store } = made();
    const expired = Array.from({ length: 150 }, freshKey);
    await Promise.all(expired.map((key) => store.set(key, record({ expiresAt: 1 }))));
    const counts = [];
    do counts.push(await store.prune(2, 40));
    while (counts.at(-1) === 40);
    expect(counts).toEqual([40, 40, 40, 30]);
    expect((await Promise.all(expired.map((key) => store.get(key)))).filter(Boolean)).toEqual([]);
  });

  it("stops when the store is closed meanwhile", async () => {
    const { store } = made();
    for (let i = 0; i < 30; i++) await store.set(freshKey(), record({ expiresAt: 1 }));
    const pruning = store.prune(2, 100);
    await store.close();
    const removed = await pruning;
    expect(removed).toBeLessThan(30);
    expect(await store.prune(2, 100)).toBe(30 - removed);
  });

  it("counts no session twice when several prune at once", async () => {
    const { dir, store } = made();
    const others = [fileStore({ dir }), fileStore({ dir })] as FullStore[];
    for (let i = 0; i < 40; i++) await store.set(freshKey(), record({ expiresAt: 1 }));
    const counts = await Promise.all([store, ...others].map((one) => one.prune(2, 100)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(40);
  });
});
