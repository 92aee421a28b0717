import { ask, promised } from "./immediate.ts";
import type { NewRecord, SessionStore, SetCondition } from "./store.ts";

/**
 * A store whose code is loaded at its first use: who never asks for it does not pay for it when the process starts.
 *
 * @param name as the store itself would give it.
 * @param open loads and makes it; asked again if that failed. The store must have every method of the interface.
 */
export function lazyStore(name: string, open: () => Promise<SessionStore>): SessionStore {
  let store: Required<SessionStore> | undefined;
  let opening: Promise<void> | undefined;

  const opened = async (): Promise<Required<SessionStore>> => {
    opening ??= open().then(
      (made) => {
        store = made as Required<SessionStore>;
      },
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    await opening;
    return store as Required<SessionStore>;
  };

  return {
    name,
    get: promised((key: string) =>
      store ? ask(store, store.get, key) : opened().then((store) => store.get(key)),
    ),
    set: promised((...args: [key: string, record: NewRecord, when?: SetCondition]) =>
      store ? ask(store, store.set, ...args) : opened().then((store) => store.set(...args)),
    ),
    touch: promised((...clocks: [key: string, accessedAt: number, expiresAt: number | null]) =>
      store ? ask(store, store.touch, ...clocks) : opened().then((store) => store.touch(...clocks)),
    ),
    delete: async (key) => (store ?? (await opened())).delete(key),
    lock: async (key, options) => (store ?? (await opened())).lock(key, options),
    async *list(subject) {
      yield* (store ?? (await opened())).list(subject);
    },
    prune: async (before, limit) => (store ?? (await opened())).prune(before, limit),
    // What was never opened need not be opened to be closed.
    close: async () => store?.close(),
  };
}
