import * as nodeTest from "node:test";
import { describe, expect, expectTypeOf, it } from "vitest";
import { memoryStore } from "../stores/memory.ts";
import type { SessionStore } from "../stores/store.ts";
import { type StoreContractOptions, type TestRunner, testStore } from "./store-contract.ts";

/** Runs the suite with a runner of three lines and gives the names of the cases that failed. */
async function failuresOf(options: StoreContractOptions): Promise<string[]> {
  const cases: Array<readonly [string, () => Promise<void>]> = [];
  testStore({ describe: (_, body) => body(), it: (name, body) => cases.push([name, body]) }, options);
  const failed: string[] = [];
  for (const [name, body] of cases) await body().catch(() => failed.push(name));
  return failed;
}

const sound = () => memoryStore({ name: crypto.randomUUID() });

/** A store that is sound but for what `change` replaces. */
function spoilt(change: (store: SessionStore) => Partial<SessionStore>) {
  return {
    name: "spoilt",
    create: () => {
      const store = sound();
      return { ...store, ...change(store) };
    },
  };
}

const later = () => new Promise((resolve) => setImmediate(resolve));

/** Looks, then writes: what a store without compare-and-set does. */
const checkThenSet = (store: SessionStore): Partial<SessionStore> => ({
  async set(key, record, when) {
    const found = await store.get(key);
    await later();
    if (when === "absent" && found) return false;
    if (when === "present" && !found) return false;
    if (typeof when === "object" && found?.version !== when.version) return false;
    return store.set(key, record);
  },
});

const SPOILT: Record<
  string,
  readonly [change: (store: SessionStore) => Partial<SessionStore>, caught: RegExp]
> = {
  "checks, then sets": [
    checkThenSet,
    /exactly one of 50 .* creations.*exactly one of 50 .* one version.*bring a deleted/s,
  ],
  "upserts in touch": [
    (store) => ({
      touch: async (key, accessedAt, expiresAt) => {
        const found = (await store.get(key)) ?? { value: "", createdAt: 0 };
        await store.set(key, { ...found, accessedAt, expiresAt });
        return true;
      },
    }),
    /leaves value, creation, subject and version.*without a record and makes none/s,
  ],
  "reads, then writes in touch": [
    (store) => ({
      touch: async (key, accessedAt, expiresAt) => {
        const found = await store.get(key);
        await later();
        return found !== undefined && (await store.set(key, { ...found, accessedAt, expiresAt })) !== false;
      },
    }),
    /bring a record back when it races.*put an old value back/s,
  ],
  "counts versions from 1 for each key": [
    (store) => {
      const versions = new Map<string, number>();
      return {
        get: async (key) => {
          const found = await store.get(key);
          return found && { ...found, version: String(versions.get(key)) };
        },
        set: async (key, record, when) => {
          const version = versions.get(key);
          if (typeof when === "object" && when.version !== String(version)) return false;
          const written = await store.set(key, record, typeof when === "object" ? "present" : when);
          if (written === false) return false;
          versions.set(key, (version ?? 0) + 1);
          return String(versions.get(key));
        },
        delete: async (key) => versions.delete(key) && store.delete(key),
      };
    },
    /never uses a version again/,
  ],
  "hides expired records": [
    (store) => ({
      set: async (key, record, when) => {
        const found = await store.get(key);
        if (found?.expiresAt != null && found.expiresAt < Date.now()) await store.delete(key);
        return store.set(key, record, when);
      },
    }),
    /past its expiry but not yet pruned/,
  ],
  "prunes without limit": [
    (store) => ({ prune: async (before) => (await store.prune?.(before, Infinity)) ?? 0 }),
    /prune keeps to its limit/,
  ],
  "prunes one too far": [
    (store) => ({ prune: async (before, limit) => (await store.prune?.(before + 1, limit)) ?? 0 }),
    /only that/,
  ],
  "cuts keys at NUL": [
    (store) => ({
      get: (key) => store.get(key.split("\0")[0] ?? ""),
      set: (key, record, when) => store.set(key.split("\0")[0] ?? "", record, when),
    }),
    /hostile keys/,
  ],
  "always says deleted": [
    (store) => ({ delete: async (key) => (await store.delete(key)) || true }),
    /deletes once and tells/,
  ],
  "cannot be closed twice": [
    () => {
      let open = true;
      return {
        close: async () => {
          if (!open) throw new Error("closed already");
          open = false;
        },
      };
    },
    /closes twice/,
  ],
  "cuts values": [
    (store) => ({
      set: (key, record, when) => store.set(key, { ...record, value: record.value.slice(0, 65_535) }, when),
    }),
    /100 KB/,
  ],
};

describe("testStore", () => {
  it("passes a sound store, also one without the optional methods", async () => {
    expect(await failuresOf({ name: "sound", create: sound })).toEqual([]);
    const { name, get, set, touch, delete: remove } = sound();
    expect(await failuresOf({ name, create: () => ({ name, get, set, touch, delete: remove }) })).toEqual([]);
  });

  it.each(Object.keys(SPOILT))("catches a store that %s", async (what) => {
    const [change, caught] = SPOILT[what] ?? [];
    expect((await failuresOf(spoilt(change!))).join("\n")).toMatch(caught!);
  });

  it("asks a durable store to restart, and cleans up after each case", async () => {
    const name = crypto.randomUUID();
    let cleaned = 0;
    const cleanup = () => void cleaned++;
    const forgetful = () => ({ store: sound(), restart: sound, cleanup });
    const lasting = () => ({ store: memoryStore({ name }), restart: () => memoryStore({ name }), cleanup });
    const restart = "keeps records, deletions and versions over a restart";
    expect(await failuresOf({ name, durable: true, create: lasting })).not.toContain(restart);
    expect(cleaned).toBeGreaterThan(30);
    expect(await failuresOf({ name, durable: true, create: forgetful })).toEqual([restart]);
    expect(await failuresOf({ name, durable: true, create: sound })).toEqual([restart]);
  });

  it("asks nothing about expired records of a store that removes them by itself", async () => {
    const expiring = spoilt((store) => ({
      get: async (key) => {
        const found = await store.get(key);
        return found?.expiresAt != null && found.expiresAt < Date.now() ? undefined : found;
      },
    }));
    expect(await failuresOf({ ...expiring, removesExpired: true })).toEqual([]);
    expect(await failuresOf(expiring)).not.toEqual([]);
  });

  it("takes node:test and Vitest as they are", () => {
    expectTypeOf({ describe: nodeTest.describe, it: nodeTest.it }).toExtend<TestRunner>();
    expectTypeOf({ describe, it }).toExtend<TestRunner>();
  });
});
