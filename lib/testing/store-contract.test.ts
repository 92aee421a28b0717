import * as nodeTest from "node:test";
import { describe, expect, expectTypeOf, it } from "vitest";
import { LockQueue } from "../stores/lock-queue.ts";
import { memoryStore } from "../stores/memory.ts";
import type { NewRecord, SessionStore, StoreLock } from "../stores/store.ts";
import { record } from "./contract/subject.ts";
import { type StoreContractOptions, type TestRunner, testStore } from "./store-contract.ts";

/** Runs the suite with a runner of three lines and gives the names of the cases that failed. */
async function failuresOf(options: StoreContractOptions): Promise<string[]> {
  const cases: Array<readonly [string, () => Promise<void>]> = [];
  testStore({ describe: (_, body) => body(), it: (name, body) => cases.push([name, body]) }, options);
  const failed: string[] = [];
  await Promise.all(cases.map(([name, body]) => body().catch(() => failed.push(name))));
  // In the order of the suite.
  return cases.flatMap(([name]) => (failed.includes(name) ? [name] : []));
}

const sound = () => memoryStore({ name: crypto.randomUUID() });

/** A store that is sound but for what `change` replaces. */
function spoilt(change: (store: SessionStore) => Spoilt) {
  return {
    name: "spoilt",
    create: () => {
      const store = sound();
      return { ...store, ...change(store) } as SessionStore;
    },
  };
}

type Spoilt = { readonly [Method in keyof SessionStore]?: SessionStore[Method] | undefined };

const later = () => new Promise((resolve) => setImmediate(resolve));
const full = (store: SessionStore) => store as Required<SessionStore>;

interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** Locks of its own beside the store, with leases as `change` makes them. */
function leased(change: (lease: Lease) => Lease | undefined): Partial<SessionStore> {
  const leases = new Map<string, Lease>();
  const put = (key: string, owner: string, lease: number) => {
    const made = { owner, until: performance.now() + lease };
    return leases.set(key, change(made) ?? made) !== undefined;
  };
  const owned = (key: string, owner: string) => leases.get(key)?.owner === owner;
  const queue = new LockQueue({
    take: (key, owner, lease) => (leases.get(key)?.until ?? 0) < performance.now() && put(key, owner, lease),
    extend: (key, owner, lease) => owned(key, owner) && put(key, owner, lease),
    drop: (key, owner) => void (owned(key, owner) && leases.delete(key)),
  });
  return { lock: (key, options) => queue.lock(key, options) };
}

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

const SPOILT: Record<string, readonly [change: (store: SessionStore) => Spoilt, caught: RegExp]> = {
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
  "lets everybody in": [
    () => ({ lock: async () => ({ renew: async () => true, release: async () => {} }) }),
    /one in at a time.*each of 50.*gives up after.*a lease that is renewed.*prune leaves locks/s,
  ],
  "gives up at once": [
    (store) => ({ lock: (key, options) => full(store).lock(key, { ...options, wait: 0 }) }),
    /one in at a time.*each of 50.*gives up after/s,
  ],
  "says in its own way that a lock is taken": [
    (store) => ({
      lock: (key, options) =>
        full(store)
          .lock(key, options)
          .catch(() => Promise.reject(new Error("taken"))),
    }),
    /LockTimeoutError.*signal/s,
  ],
  "does not look at the signal": [
    (store) => ({
      lock: (key, { wait, lease }) => full(store).lock(key, { wait: Math.min(wait, 100), lease }),
    }),
    /aborted already.*stops waiting/s,
  ],
  "keeps what a waiter who gave up would have got": [
    (store) => ({
      lock: async (key, options) => {
        const { signal, ...rest } = options;
        const lock = await full(store).lock(key, rest);
        signal?.throwIfAborted();
        return lock;
      },
    }),
    /aborted already/,
  ],
  "does not fence": [() => leased(() => undefined), /a new version and changes nothing else/],
  "has leases without end": [
    () => leased((lease) => ({ ...lease, until: Infinity })),
    /not renewed runs out/,
  ],
  "lets anybody release": [
    (store) => {
      const holders = new Map<string, StoreLock>();
      return {
        lock: async (key, options) => {
          const lock = await full(store).lock(key, options);
          holders.set(key, lock);
          return { renew: () => lock.renew(), release: async () => holders.get(key)?.release() };
        },
      };
    },
    /runs out.*released twice/s,
  ],
  "renews what was lost": [
    (store) => ({
      lock: async (key, options) => {
        const lock = await full(store).lock(key, options);
        return { renew: async () => (await lock.renew()) || true, release: () => lock.release() };
      },
    }),
    /runs out.*released twice/s,
  ],
  "makes a record for each lock": [
    (store) => ({
      lock: async (key, options) => {
        await store.set(key, record(), "absent");
        return full(store).lock(key, options);
      },
    }),
    /needs no record and makes none/,
  ],
  "drops locks with the record": [
    (store) => {
      const holders = new Map<string, StoreLock>();
      return {
        lock: async (key, options) => {
          const lock = await full(store).lock(key, options);
          holders.set(key, lock);
          return lock;
        },
        delete: async (key) => {
          await holders.get(key)?.release();
          return store.delete(key);
        },
      };
    },
    /outlives the record/,
  ],
  "lists everybody's": [
    (store) => ({
      async *list() {
        for (const subject of ["a", "b", "c"]) yield* full(store).list(subject);
      },
    }),
    /and no others.*nothing for a subject.*hostile subjects/s,
  ],
  "lists nothing that has expired": [
    (store) => ({
      async *list(subject) {
        for await (const entry of full(store).list(subject)) {
          if (entry.expiresAt === null || entry.expiresAt > Date.now()) yield entry;
        }
      },
    }),
    /what has expired until it is pruned/,
  ],
  "lists a page and no more": [
    (store) => ({
      async *list(subject) {
        let count = 0;
        for await (const entry of full(store).list(subject)) if (count++ < 100) yield entry;
      },
    }),
    /all of 300/,
  ],
  "keeps an index of subjects that only grows": [
    (store) => {
      const index = new Map<string, Set<string>>();
      return {
        set: async (key, record, when) => {
          const { subject } = record;
          if (subject !== undefined) index.set(subject, (index.get(subject) ?? new Set()).add(key));
          return store.set(key, record, when);
        },
        async *list(subject) {
          for (const key of index.get(subject) ?? []) {
            const found = await store.get(key);
            if (found) yield { ...found, key };
          }
        },
      };
    },
    /from subject to subject/,
  ],
  "lists what it noted once": [
    (store) => {
      const noted = new Map<string, NewRecord>();
      return {
        set: async (key, record, when) => {
          const version = await store.set(key, record, when);
          if (version !== false) noted.set(key, record);
          return version;
        },
        async *list(subject) {
          for (const [key, record] of noted) {
            const found = await store.get(key);
            if (record.subject === subject && found) yield { ...found, ...record, key };
          }
        },
      };
    },
    /what a touch has moved/,
  ],
  "lacks a method and does not say so": [() => ({ prune: undefined }), /optional methods that it says/],
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
    const bare = {
      name: "bare",
      create: () => {
        const { name, get, set, touch, delete: remove } = sound();
        return { name, get, set, touch, delete: remove };
      },
    };
    expect(await failuresOf({ ...bare, without: ["lock", "list", "prune"] })).toEqual([]);
  });

  it.concurrent.each(Object.keys(SPOILT))("catches a store that %s", async (what) => {
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

  it("leaves out what a store says it lacks, and sees that it does lack it", async () => {
    const names: string[] = [];
    const collect = (without: StoreContractOptions["without"] & {}) => {
      names.length = 0;
      const runner = {
        describe: (_: string, body: () => void) => body(),
        it: (name: string) => names.push(name),
      };
      testStore(runner, { name: "lacking", create: sound, without });
      return names.filter((name) => /^(lock|list|prune)|lease|^a lock/.test(name)).length;
    };
    expect([collect([]), collect(["prune"]), collect(["lock", "prune"])]).toEqual([25, 20, 8]);
    expect(collect(["lock", "list", "prune"])).toBe(0);
    expect(await failuresOf({ name: "has it", create: sound, without: ["lock"] })).toEqual([
      "has the optional methods that it says it has",
    ]);
  });

  it("catches a store that processes do not share, and ends the second process", {
    timeout: 60_000,
  }, async () => {
    const secondProcess = new URL("../stores/memory.second.testing.ts", import.meta.url);
    const failed = await failuresOf({ name: "memory", create: sound, secondProcess });
    expect(failed.join("\n")).toMatch(/compare and set.*that lock.*another process holds.*was killed/s);
    expect(failed).toHaveLength(4);
  });

  it("takes node:test and Vitest as they are", () => {
    expectTypeOf({ describe: nodeTest.describe, it: nodeTest.it }).toExtend<TestRunner>();
    expectTypeOf({ describe, it }).toExtend<TestRunner>();
  });
});
