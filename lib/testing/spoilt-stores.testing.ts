/** Stores that break the contract, each in one way, and the cases that must notice. */
import { LockQueue } from "../stores/lock-queue.ts";
import { memoryStore } from "../stores/memory.ts";
import type { NewRecord, SessionStore, StoreLock } from "../stores/store.ts";
import { record } from "./contract/subject.ts";
import type { StoreContractOptions } from "./store-contract.ts";

/** A store that keeps the contract. */
export const sound = (): SessionStore => memoryStore({ name: crypto.randomUUID() });

/** A store that is sound but for what `change` replaces. */
export function spoilt(
  change: (store: SessionStore) => Spoilt,
): Pick<StoreContractOptions, "name" | "create"> {
  return {
    name: "spoilt",
    create: () => {
      const store = sound();
      return { ...store, ...change(store) } as SessionStore;
    },
  };
}

/** Methods in the place of sound ones. */
export type Spoilt = { readonly [Method in keyof SessionStore]?: SessionStore[Method] | undefined };

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

/** What is wrong with them, how it is made, and the cases that catch it. */
export const SPOILT: Record<string, readonly [change: (store: SessionStore) => Spoilt, caught: RegExp]> = {
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
    /one in at a time.*each of 50.*gives up after.*prune leaves locks.*a lease that is renewed/s,
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
    /runs out.*(lost without noticing|released twice)/s,
  ],
  "renews what was lost": [
    (store) => ({
      lock: async (key, options) => {
        const lock = await full(store).lock(key, options);
        return { renew: async () => (await lock.renew()) || true, release: () => lock.release() };
      },
    }),
    /runs out.*(lost without noticing|released twice)/s,
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
  "compares and sets within one process and does not say so": [
    () => ({ capabilities: { compareAndSet: "process" } }),
    /compares and sets among all/,
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
