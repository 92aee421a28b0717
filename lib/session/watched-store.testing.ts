import { chain, type MaybePromise } from "../seal/maybe-promise.ts";
import { ask, promised } from "../stores/immediate.ts";
import type { NewRecord, SessionStore, SetCondition, StoredRecord } from "../stores/store.ts";

export type Method = "get" | "set" | "touch" | "delete";

/** When a call fails: before the store has done anything, or after it did all of it. */
export type Failure = "before" | "after" | undefined;

/** A store that tells what was asked of it, and fails on demand. Answers at once where the one inside does. */
export interface WatchedStore extends SessionStore {
  /** What was asked since last looked: `"get"`, `"set absent"`, … */
  asked(): string[];
  /** Decides about each call. */
  fails: (method: Method) => Failure;
  /** What it holds, by key. */
  records(): Promise<Map<string, StoredRecord>>;
  /** How many records hold data, and can still be read. */
  live(now: number): Promise<number>;
  /** Resolves once the purge in passing that was last begun is over. */
  pruned(): Promise<unknown>;
  /** Runs once, right after the next read: another request comes in between. */
  afterRead: (() => Promise<unknown>) | undefined;
}

export const DOWN: Error = new Error("connection refused");

/** Watches over a store. */
export function watched(store: SessionStore): WatchedStore {
  const keys = new Set<string>();
  let calls: string[] = [];
  let pruning: Promise<unknown> | undefined;

  function call<T>(method: Method, said: string, work: () => MaybePromise<T>): MaybePromise<T> {
    calls.push(said);
    const failure = self.fails(method);
    if (failure === "before") throw DOWN;
    return chain(work(), (result) => {
      if (failure === "after") throw DOWN;
      return result;
    });
  }

  const self: WatchedStore = {
    ...store,
    ...(store.prune && {
      prune(...range: [before: number, limit: number]) {
        const removed = store.prune!(...range);
        pruning = removed.catch(() => {});
        return removed;
      },
    }),
    pruned: async () => pruning,
    fails: () => undefined,
    afterRead: undefined,
    asked() {
      const asked = calls;
      calls = [];
      return asked;
    },
    get: promised((key: string) =>
      chain(
        call("get", "get", () => ask(store, store.get, key)),
        (record) => {
          const { afterRead } = self;
          self.afterRead = undefined;
          return chain(afterRead?.(), () => record);
        },
      ),
    ),
    set: promised((key: string, record: NewRecord, when?: SetCondition) => {
      keys.add(key);
      const condition = typeof when === "object" ? "version" : (when ?? "always");
      return call("set", `set ${condition}`, () => ask(store, store.set, key, record, when));
    }),
    touch: promised((...clocks: [key: string, accessedAt: number, expiresAt: number | null]) =>
      call("touch", "touch", () => ask(store, store.touch, ...clocks)),
    ),
    delete: async (key) => call("delete", "delete", () => store.delete(key)),
    async records() {
      const held = new Map<string, StoredRecord>();
      for (const key of keys) {
        const record = await store.get(key);
        if (record) held.set(key, record);
      }
      return held;
    },
    async live(now) {
      const held = [...(await self.records()).values()];
      return held.filter(
        ({ value, expiresAt }) => !value.startsWith('{"replaced"') && (expiresAt ?? now) >= now,
      ).length;
    },
  };
  return self;
}
