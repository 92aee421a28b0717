/** What is deleted stays deleted, in whatever order the steps of two processes come. */
import { createStorage, type Storage } from "unstorage";
import { afterEach, describe, expect, it, vi } from "vitest";
import { record } from "../testing/contract/subject.ts";
import type { SessionStore } from "./store.ts";
import { unstorageStore } from "./unstorage.ts";

/** A second process: its module and its line of turns are its own, its storage's data is not. */
async function otherProcess(storage: Storage): Promise<SessionStore> {
  const again: typeof import("./unstorage.ts") = await import(
    /* @vite-ignore */ `./unstorage.ts?process=${crypto.randomUUID()}` as string
  );
  return again.unstorageStore(storage);
}

/** The same data, reached through a door that lets one call pass at a time. */
function gated(storage: Storage): { storage: Storage; step(): Promise<boolean> } {
  const waiting: Array<() => void> = [];
  const gate = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return call(...args);
    };
  };
  const { getItem, setItem, removeItem } = storage;
  const door = { ...storage, getItem: gate(getItem), setItem: gate(setItem), removeItem: gate(removeItem) };
  const step = async () => {
    await settled();
    const next = waiting.shift();
    next?.();
    await settled();
    return next !== undefined;
  };
  return { storage: door as Storage, step };
}

/** Hashing is done in a thread, so a turn of the event loop is not enough. */
const settled = () => new Promise<void>((resolve) => realTimeout(resolve, 10));
const realTimeout = setTimeout;

afterEach(() => vi.useRealTimers());

describe("a deletion in the middle of another process's write", () => {
  const writes: ReadonlyArray<readonly [string, (store: SessionStore, version: string) => Promise<unknown>]> =
    [
      ["save", (store, version) => store.set("k", record({ value: "late" }), { version })],
      ["save over whatever is there", (store) => store.set("k", record({ value: "late" }), "present")],
      ["touch", (store) => store.touch("k", Date.now(), null)],
    ];

  // A write takes three steps, a deletion three: every order of the two, 20 each.
  it.each(writes)("of a %s wins in every order of their steps", async (_, write) => {
    for (const order of orders(3, 3)) {
      const data = createStorage();
      const version = (await unstorageStore(data).set("k", record())) as string;
      const [writer, deleter] = [gated(data), gated(data)];
      const [one, two] = [await otherProcess(writer.storage), await otherProcess(deleter.storage)];
      forgetTurns();
      const writing = write(one, version);
      await settled();
      forgetTurns();
      const deleting = two.delete("k");
      for (const who of order) await (who === "w" ? writer : deleter).step();
      while ((await writer.step()) || (await deleter.step()));
      await Promise.all([writing, deleting]);
      expect(await unstorageStore(data).get("k"), order.join("")).toBeUndefined();
    }
  });

  it("does not touch a record made anew under the same key", async () => {
    const data = createStorage();
    const store = unstorageStore(data);
    await store.set("k", record());
    await store.delete("k");
    await store.set("k", record({ value: "anew" }), "absent");
    expect(await store.touch("k", Date.now(), null)).toBe(true);
    expect(await store.set("k", record({ value: "anew" }), "present")).not.toBe(false);
    expect((await store.get("k"))?.value).toBe("anew");
  });
});

describe("a driver that hangs", () => {
  it("has nobody wait behind it for longer than ten seconds", async () => {
    const data = createStorage();
    const store = unstorageStore(data);
    await store.set("k", record());
    const { setItem } = data;
    const hung: Array<() => void> = [];
    data.setItem = () => new Promise<void>((resolve) => hung.push(resolve));
    const first = store.touch("k", 1, null);
    await settled();
    data.setItem = setItem;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const touched = store.touch("k", 2, null);
    // Each is in line before the next one comes.
    await settled();
    const behind = Promise.allSettled([touched, store.set("k", record(), "present")]);
    await settled();
    await vi.advanceTimersByTimeAsync(10_000);
    // The first gives up, and the line goes on without the one that hangs.
    expect((await behind).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect((await behind)[0]).toMatchObject({ reason: { message: /has not ended in 10 s/ } });
    expect((await store.get("k"))?.accessedAt).toBeGreaterThan(2);
    for (const resolve of hung) resolve();
    expect(await first).toBe(true);
    expect(await store.touch("k", 4, null)).toBe(true);
    expect((await store.get("k"))?.accessedAt).toBe(4);
  });
});

function orders(writes: number, deletions: number): string[][] {
  if (writes + deletions === 0) return [[]];
  return [
    ...(writes > 0 ? orders(writes - 1, deletions).map((rest) => ["w", ...rest]) : []),
    ...(deletions > 0 ? orders(writes, deletions - 1).map((rest) => ["d", ...rest]) : []),
  ];
}

/** Both "processes" are this one, which must not line them up. */
function forgetTurns(): void {
  const home = globalThis as { [key: symbol]: unknown };
  home[Symbol.for("next-beaker.unstorage")] = new Map();
}
