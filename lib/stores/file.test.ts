import { existsSync, promises, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ConfigError, NotSupportedError } from "../errors.ts";
import { freshKey, HOSTILE, record } from "../testing/contract/subject.ts";
import { testStore } from "../testing/store-contract.ts";
import { below, filesBelow, listed, made } from "./file/scene.testing.ts";
import { fileStore as edgeStore } from "./file.edge.ts";
import { fileStore } from "./file.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";

testStore(
  { describe, it },
  {
    name: "fileStore",
    durable: true,
    secondProcess: new URL("./file/open.testing.ts", import.meta.url),
    create: () => {
      const dir = scratchPath("sessions");
      return { store: fileStore({ dir }), restart: () => fileStore({ dir }), argument: dir };
    },
  },
);

describe("fileStore's files", () => {
  it("are not made before the first write", async () => {
    const { dir, store } = made(scratchPath("deep/er/sessions"));
    expect(await store.get("k")).toBeUndefined();
    expect(await store.touch("k", 1, null)).toBe(false);
    expect(await store.delete("k")).toBe(false);
    expect(await store.set("k", record(), "present")).toBe(false);
    expect(await store.prune(Date.now(), 10)).toBe(0);
    expect(await listed(store, "s")).toEqual([]);
    expect(existsSync(dirname(dir))).toBe(false);
  });

  it("are private whatever the umask", async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const { dir, store } = made(scratchPath("deep/sessions"));
    await store.set("k", record({ subject: "somebody" }));
    await store.lock("k", { wait: 0, lease: 60_000 });
    const all = [{ path: dir, mode: (statSync(dir).mode & 0o777).toString(8), isFile: false }, ...below(dir)];
    expect(all.length).toBeGreaterThan(8);
    for (const { path, mode, isFile } of all) expect([path, mode]).toEqual([path, isFile ? "600" : "700"]);
    expect((statSync(dirname(dir)).mode & 0o777).toString(8)).toBe("700");
  });

  it("stay within the directory, with names that say nothing, whatever the key or subject", async () => {
    const { dir, store } = made();
    for (const key of HOSTILE) await store.set(key, record({ subject: key }));
    const files = filesBelow(dir);
    expect(files).toHaveLength(2 * HOSTILE.length);
    for (const { name } of files) expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(dirname(dir))).toEqual(["sessions"]);
    for (const key of HOSTILE) await store.delete(key);
    expect(filesBelow(dir)).toEqual([]);
  });

  it("are written by one alone of many that compare and set: the others need not wait for the disk", async () => {
    const { store } = made();
    const version = String(await store.set("k", record()));
    const open = vi.spyOn(promises, "open");
    onTestFinished(() => open.mockRestore());
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.set("k", record({ value: String(index) }), { version })),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(open.mock.calls.filter(([, flags]) => flags === "wx")).toHaveLength(1);
  });

  it("tell lone surrogates apart", async () => {
    const { store } = made();
    await store.set("\ud800", record({ value: "one" }));
    await store.set("\udbff", record({ value: "two" }));
    expect([(await store.get("\ud800"))?.value, (await store.get("\udbff"))?.value]).toEqual(["one", "two"]);
  });

  it("are one a session and nothing else when idle", async () => {
    const { dir, store, layout } = made();
    const keys = Array.from({ length: 5 }, freshKey);
    await Promise.all(
      keys.map(async (key) => {
        await store.set(key, record());
        const lock = await store.lock(key, { wait: 1000, lease: 60_000 });
        await store.set(key, record(), "present");
        await store.set(key, record(), "absent");
        await store.set(key, record(), { version: "other" });
        await lock.renew();
        await lock.release();
        // One that has all but run out takes another way.
        await (await store.lock(key, { wait: 1000, lease: 100 })).release();
      }),
    );
    expect(
      filesBelow(dir)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(keys.map((key) => layout.of(key).record).sort());
    expect(below(dir).filter(({ name }) => name.includes("lock") || name.includes("-"))).toEqual([]);
  });

  it("can be read by people", async () => {
    const { store, layout } = made();
    await store.set(
      "k",
      record({ value: '{"data":{"a":1}}', createdAt: 1, accessedAt: 2, expiresAt: 3, subject: "s" }),
    );
    expect(readFileSync(layout.of("k").record, "utf8")).toMatch(
      /^next-beaker 1 [-0-9a-f]{36} +[0-9a-f]{8}\n2 3 +[0-9a-f]{8}\n[0-9a-f]{8} \{"key":"k","createdAt":1,"subject":"s"\}\n\{"data":\{"a":1\}\}$/,
    );
  });
});

describe("fileStore options", () => {
  const wrong = [{}, { dir: "" }, { dir: 1 }, { dir: "a\0b" }, { dir: "a", path: "b" }, undefined];
  it.each(wrong)("refuses %j, on Node and on the Edge", (options) => {
    expect(() => fileStore(options as never)).toThrow(ConfigError);
    expect(() => edgeStore(options as never)).toThrow(ConfigError);
  });

  it("says on the Edge what works there instead", async () => {
    const store = edgeStore({ dir: "a" });
    const calls = [store.get("k"), store.set("k", record()), store.touch("k", 0, null), store.delete("k")];
    for (const call of [...calls, store.prune?.(0, 1)]) {
      await expect(call).rejects.toThrow(NotSupportedError);
      await expect(call).rejects.toThrow(/no files .* signed stamps .* `runtime: "nodejs"` .* proxy\.ts/);
    }
    await store.close?.();
  });
});
