import type { SessionStore, StoredRecord } from "../stores/store.ts";

export type Method = "get" | "set" | "touch" | "delete";

/** When a call fails: before the store has done anything, or after it did all of it. */
export type Failure = "before" | "after" | undefined;

/** A store that tells what was asked of it, and fails on demand. */
export interface WatchedStore extends SessionStore {
  /** What was asked since last looked: `"get"`, `"set absent"`, … */
  asked(): string[];
  /** Decides about each call. */
  fails: (method: Method) => Failure;
  /** What it holds, by key. */
  records(): Promise<Map<string, StoredRecord>>;
  /** How many records hold data, and can still be read. */
  live(now: number): Promise<number>;
  /** Runs once, right after the next read: another request comes in between. */
  afterRead: (() => Promise<unknown>) | undefined;
}

export const DOWN: Error = new Error("connection refused");

/** Watches over a store. */
export function watched(store: SessionStore): WatchedStore {
  const keys = new Set<string>();
  let calls: string[] = [];

  async function call<T>(method: Method, said: string, work: () => Promise<T>): Promise<T> {
    calls.push(said);
    const failure = self.fails(method);
    if (failure === "before") throw DOWN;
    const result = await work();
    if (failure === "after") throw DOWN;
    return result;
  }

  const self: WatchedStore = {
    ...store,
    fails: () => undefined,
    afterRead: undefined,
    asked() {
      const asked = calls;
      calls = [];
      return asked;
    },
    async get(key) {
      const record = await call("get", "get", () => store.get(key));
      const { afterRead } = self;
      self.afterRead = undefined;
      await afterRead?.();
      return record;
    },
    set(key, record, when) {
      keys.add(key);
      const condition = typeof when === "object" ? "version" : (when ?? "always");
      return call("set", `set ${condition}`, () => store.set(key, record, when));
    },
    touch: (key, accessedAt, expiresAt) =>
      call("touch", "touch", () => store.touch(key, accessedAt, expiresAt)),
    delete: (key) => call("delete", "delete", () => store.delete(key)),
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
