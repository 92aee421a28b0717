import type { SessionStore } from "./store.ts";

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
    get: async (key) => (store ?? (await opened())).get(key),
    set: async (key, record, when) => (store ?? (await opened())).set(key, record, when),
    touch: async (...clocks) => (store ?? (await opened())).touch(...clocks),
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
