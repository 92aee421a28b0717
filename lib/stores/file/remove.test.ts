import { existsSync, promises, readdirSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOUR, record } from "../../testing/contract/subject.ts";
import { encodeFile } from "./format.ts";
import { exclusively } from "./hold.ts";
import type { Layout } from "./layout.ts";
import { age, listed, made } from "./scene.testing.ts";

// Evaluated again with all that it imports, it takes no turns with the first: to it, the first is another process.
vi.resetModules();
const { fileStore: anotherStore }: typeof import("../file.ts") = await import("../file.ts");

const live = (value: string) => encodeFile("k", "1", record({ value }));
const staged = (layout: Layout) => readdirSync(layout.staging);

/** From here on no directory can be made. */
function fillUp(code: string): void {
  vi.spyOn(promises, "mkdir").mockImplementation(async (directory) => {
    if (existsSync(String(directory))) throw Object.assign(new Error("EEXIST"), { code: "EEXIST" });
    throw Object.assign(new Error(code), { code, syscall: "mkdir" });
  });
}

/** Has something happen before and after the first time when a call of this kind concerns `file`. */
function around(method: "rename" | "unlink", file: string, before = () => {}, after = (_to: string) => {}) {
  const call = promises[method] as (from: string, to: string) => Promise<void>;
  let times = 0;
  vi.spyOn(promises, method).mockImplementation(async (from: unknown, to?: unknown) => {
    const first = from === file && ++times === 1;
    if (first) before();
    await call(String(from), String(to));
    if (first) after(String(to));
  });
}

afterEach(() => void vi.restoreAllMocks());

describe.each(["ENOSPC", "EDQUOT"])("removing without room for a hold (%s)", (code) => {
  async function scene() {
    const all = made();
    await all.store.set("k", record({ value: "old", subject: "ada", expiresAt: 1 }));
    return { ...all, place: all.layout.of("k") };
  }

  it("deletes, and lets nobody who had looked before bring it back", async () => {
    const { store, layout, dir, place } = await scene();
    const seen: boolean[] = [];
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const late = exclusively(layout, place, { text: live("late"), durable: false }, async (hold) => {
      seen.push(existsSync(place.record));
      if (seen.length === 1) await woken;
      if (seen.at(-1)) await hold.install(place.record);
    });
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    fillUp(code);
    expect(await anotherStore({ dir }).delete("k")).toBe(true);
    vi.restoreAllMocks();
    wake();
    await late;
    expect(seen).toEqual([true, false]);
    expect([await store.get("k"), staged(layout)]).toEqual([undefined, []]);
  });

  it("deletes what a save brought back just then", async () => {
    const { store, place } = await scene();
    const file = place.record;
    fillUp(code);
    around("unlink", file, undefined, () => writeFileSync(file, live("back")));
    expect(await store.delete("k")).toBe(true);
    expect(await store.get("k")).toBeUndefined();
    expect(await store.delete("k")).toBe(false);
  });

  it("lets one of many who delete or prune at once have removed it", async () => {
    const { store, dir } = await scene();
    fillUp(code);
    const all = [store.delete("k"), store.delete("k"), anotherStore({ dir }).delete("k"), store.prune(2, 10)];
    expect((await Promise.all(all)).filter(Boolean)).toHaveLength(1);
  });

  it("prunes what expired, and puts back what was saved just then", async () => {
    const { store, layout, place } = await scene();
    const file = place.record;
    fillUp(code);
    around("rename", file, () => writeFileSync(file, live("new")));
    expect(await store.prune(2, 10)).toBe(0);
    expect((await store.get("k"))?.value).toBe("new");
    expect(staged(layout)).toEqual([]);
    await store.touch("k", 1, 1);
    expect(await store.prune(2, 10)).toBe(1);
    expect([await store.get("k"), staged(layout)]).toEqual([undefined, []]);
  });

  it("does not put it back over what was saved since", async () => {
    const { store, layout, place } = await scene();
    const file = place.record;
    fillUp(code);
    around(
      "rename",
      file,
      () => writeFileSync(file, live("new")),
      () => writeFileSync(file, live("newer")),
    );
    expect(await store.prune(2, 10)).toBe(0);
    expect((await store.get("k"))?.value).toBe("newer");
    expect(staged(layout)).toEqual([]);
  });

  it("has removed what others tidied up for it", async () => {
    const { store, place } = await scene();
    fillUp(code);
    around("rename", place.record, undefined, (away) => rmSync(away));
    expect(await store.prune(2, 10)).toBe(1);
    expect(await store.get("k")).toBeUndefined();
  });

  it("prunes in spite of an ended lease, which stays until there is room", async () => {
    const { store, place, layout } = await scene();
    const { lease } = layout.of("another");
    await store.set("another", record());
    writeFileSync(lease, JSON.stringify({ owner: "dead", length: 1000, until: Date.now() - 1 }));
    age(lease);
    fillUp(code);
    expect(await store.prune(2, 10)).toBe(1);
    expect([place.record, lease].map(existsSync)).toEqual([false, true]);
    vi.restoreAllMocks();
    await store.prune(2, 10);
    expect(existsSync(lease)).toBe(false);
  });

  it("leaves the subject's entry until there is room, and no session without one", async () => {
    const { store, layout } = await scene();
    fillUp(code);
    expect(await store.delete("k")).toBe(true);
    expect(readdirSync(layout.subject("ada"))).toHaveLength(1);
    expect(await listed(store, "ada")).toEqual([]);
    vi.restoreAllMocks();
    expect(await listed(store, "ada")).toEqual([]);
    expect(existsSync(layout.subject("ada"))).toBe(false);
    await store.set("k", record({ subject: "ada", expiresAt: Date.now() + HOUR }));
    expect(await listed(store, "ada")).toEqual(["k"]);
  });
});
