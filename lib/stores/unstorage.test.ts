import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { createStorage, type Driver, prefixStorage } from "unstorage";
import fs from "unstorage/drivers/fs";
import fsLite from "unstorage/drivers/fs-lite";
import memory from "unstorage/drivers/memory";
import { describe, expect, it } from "vitest";
import { ConfigError, NotSupportedError } from "../errors.ts";
import { createSessions } from "../sessions.ts";
import { freshKey, HOUR, record } from "../testing/contract/subject.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { testStore } from "../testing/store-contract.ts";
import { scratchPath } from "./sqlite/scratch.testing.ts";
import { type UnstorageStoreOptions, unstorageStore } from "./unstorage.ts";

const limits = { without: ["lock", "list"], compareAndSet: "process" } as const;
const overMemory = (options?: UnstorageStoreOptions) => {
  const storage = createStorage({ driver: memory() });
  return { storage, store: unstorageStore(storage, options) };
};

testStore(
  { describe, it },
  { name: "unstorageStore on memory", ...limits, create: () => overMemory({ prune: true }).store },
);

// The driver `memory` answers at once, and so never lets two operations meet.
testStore(
  { describe, it },
  {
    name: "unstorageStore on a driver that takes its time",
    ...limits,
    create: () => unstorageStore(createStorage({ driver: slowed(memory()) }), { prune: true }),
  },
);

function slowed(driver: Driver): Driver {
  const slow = <Args extends unknown[], T>(call: (...args: Args) => T | Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      await new Promise((resolve) => setImmediate(resolve));
      return call(...args);
    };
  };
  const { getItem, setItem, removeItem } = driver as Required<Driver>;
  return {
    ...driver,
    getItem: slow(getItem),
    setItem: slow(setItem),
    removeItem: slow(removeItem),
  } as Driver;
}

testStore(
  { describe, it },
  {
    name: "unstorageStore on fs",
    ...limits,
    durable: true,
    secondProcess: new URL("./unstorage/open.testing.ts", import.meta.url),
    create: () => {
      const base = scratchPath("sessions");
      const open = () => unstorageStore(createStorage({ driver: fs({ base }) }), { prune: true });
      return { store: open(), restart: open, argument: { base } };
    },
  },
);

testStore(
  { describe, it },
  {
    name: "unstorageStore on a prefix, without prune",
    ...limits,
    without: ["lock", "list", "prune"],
    create: () => unstorageStore(prefixStorage(createStorage(), "app:sessions")),
  },
);

describe("unstorageStore's items", () => {
  it("are called by words and a hash, whatever the key", async () => {
    const { storage, store } = overMemory({ base: "app:visitors" });
    await store.set("../$a?b/c\\d.json", record());
    await store.delete("../$a?b/c\\d.json");
    await store.set("k", record());
    expect((await storage.getKeys()).sort()).toEqual([
      expect.stringMatching(/^app:visitors:end:[0-9a-f]{64}$/),
      expect.stringMatching(/^app:visitors:record:[0-9a-f]{64}$/),
    ]);
  });

  it("are given a ttl a minute longer than the record, by the record's own clock", async () => {
    const { storage, store } = overMemory();
    const asked: unknown[] = [];
    const { setItem } = storage;
    storage.setItem = (key: string, value: unknown, options?: unknown) => {
      asked.push(options);
      return (setItem as typeof storage.setItem)(key, value as string, options as object);
    };
    await store.set("k", record({ accessedAt: 5000, expiresAt: 10_500 }));
    await store.touch("k", 6000, 36_000);
    await store.touch("k", 6000, null);
    await store.set("k", record({ accessedAt: 5000, expiresAt: 0 }));
    await store.delete("k");
    expect(asked).toEqual([{ ttl: 66 }, { ttl: 90 }, {}, { ttl: 61 }, { ttl: 660 }]);
  });

  it("are removed by prune with the marks of what was deleted, and nobody else's", async () => {
    const { storage, store } = overMemory({ prune: true });
    await storage.setItem("else", "mine");
    await store.set("old", record({ expiresAt: 1 }));
    await store.set("ended", record());
    await store.delete("ended");
    expect(await store.prune?.(Date.now() + HOUR, 10)).toBe(1);
    expect(await storage.getKeys()).toEqual(["else"]);
  });

  it("are left alone by prune when a touch comes in between", async () => {
    const { storage, store } = overMemory({ prune: true });
    await store.set("k", record({ expiresAt: 1 }));
    const { getItem } = storage;
    let reads = 0;
    storage.getItem = async (key: string) => {
      const found = await getItem(key);
      if (reads++ === 0) await store.touch("k", 1, Date.now() + HOUR);
      return found as never;
    };
    expect(await store.prune?.(Date.now(), 10)).toBe(0);
    expect(await store.get("k")).toBeDefined();
  });

  it("are no record when they are somebody else's, and can be written over", async () => {
    const { storage, store } = overMemory();
    await store.set("k", record());
    const [item = ""] = await storage.getKeys();
    for (const foreign of ["", "{}", '{"value":1}', "next-beaker record [1", "next-beaker end ["]) {
      await storage.setItem(item, foreign);
      expect(await store.get("k")).toBeUndefined();
    }
    expect(await store.set("k", record({ value: "anew" }), "absent")).not.toBe(false);
    expect((await store.get("k"))?.value).toBe("anew");
  });

  it("wait for their other half, and are gone if it never comes", async () => {
    const base = scratchPath("sessions");
    const store = unstorageStore(createStorage({ driver: fs({ base }) }));
    await store.set("k", record({ value: "a long value that is cut" }));
    const folder = join(base, "sessions/record");
    const file = join(folder, readdirSync(folder)[0]!);
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 3);
    const reading = store.get("k");
    setTimeout(() => createStorage({ driver: fs({ base }) }).setItem(itemOf(file), whole.toString()), 20);
    expect((await reading)?.value).toBe("a long value that is cut");
    truncateSync(file, 10);
    expect(await store.get("k")).toBeUndefined();
    expect(await store.touch("k", 1, null)).toBe(false);
    await store.delete("k");
    expect(readdirSync(folder)).toEqual([]);
  });
});

const itemOf = (file: string) => file.split("/").slice(-3).join(":");

describe("unstorageStore, where a driver cannot do it", () => {
  const sessionsOn = (options: object) =>
    createSessions({ secret: "x".repeat(32), store: overMemory().store, ...options } as never);

  it.each([
    ["subject", { subject: () => "a" }, /subject needs a store with list\(\); "unstorage" has none/],
    ["rotateEvery", { rotateEvery: 60 }, /rotateEvery .* among all processes; "unstorage"/],
  ])("has createSessions refuse %s", (option, options, message) => {
    expect(() => sessionsOn(options)).toThrow(message);
    expect(() => sessionsOn(options)).toThrow(expect.objectContaining({ option }));
  });

  it("has session.lock() and update() say so, and loses nothing of a save", async () => {
    const sessions = sessionsOn({});
    const jar = fakeCookies();
    const session = await sessions.getSession(jar);
    Object.assign(session.data, { name: "Ada" });
    await session.save();
    await expect(session.lock()).rejects.toThrow(NotSupportedError);
    await expect(session.update(() => {})).rejects.toThrow(/"unstorage" has no locks/);
    const again = await sessions.getSession(jar.nextRequest());
    expect(again.data).toEqual({ name: "Ada" });
    await expect(sessions.purgeExpired()).rejects.toThrow(/no prune/);
  });

  const readOnly: ReadonlyArray<readonly [string, () => Driver]> = [
    ["fs", () => fs({ base: scratchPath("sessions"), readOnly: true })],
    ["fs-lite", () => fsLite({ base: scratchPath("sessions"), readOnly: true })],
    ["none", () => ({ name: "none", hasItem: () => false, getItem: () => null, getKeys: () => [] })],
  ];
  it.each(readOnly)("refuses one that answers writes with silence: %s", (name, driver) => {
    expect(() => unstorageStore(createStorage({ driver: driver() }))).toThrow(ConfigError);
    expect(() => unstorageStore(createStorage({ driver: driver() }))).toThrow(`"${name}" can only read`);
    const mounted = createStorage({ driver: driver() }).mount("sessions", memory());
    expect(unstorageStore(mounted).name).toBe("unstorage");
  });

  it.each([
    [undefined, {}],
    [{}, {}],
    [new Map(), {}],
    [createStorage(), { base: "" }],
    [createStorage(), { base: "a/b" }],
    [createStorage(), { base: "a:" }],
    [createStorage(), { prune: 1 }],
    [createStorage(), { ttl: 60 }],
  ])("refuses the storage and options of case %#", (storage, options) => {
    expect(() => unstorageStore(storage as never, options as never)).toThrow(ConfigError);
  });
});

describe("unstorageStore behind a driver that fails", () => {
  it("rejects, and goes on when the driver does", async () => {
    const { storage, store } = overMemory();
    const { setItem } = storage;
    storage.setItem = () => Promise.reject(new Error("quota exceeded"));
    const [one, other] = [freshKey(), freshKey()];
    await expect(store.set(one, record())).rejects.toThrow("quota exceeded");
    storage.setItem = setItem;
    expect(await store.set(one, record(), "absent")).not.toBe(false);
    expect(await store.set(other, record(), "absent")).not.toBe(false);
  });
});
