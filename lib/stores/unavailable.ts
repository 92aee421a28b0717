import { NotSupportedError } from "../errors.ts";
import type { SessionStore } from "./store.ts";

/** A store on a runtime where it cannot work: each method but `close` rejects, saying what works there instead. */
export function unavailable(name: string, problem: string): SessionStore {
  const refuse = async (): Promise<never> => {
    throw new NotSupportedError(
      `${problem} Middleware checks the signed stamps in the session's cookie there; for a full check set ` +
        '`runtime: "nodejs"` in middleware.ts\'s config, or use proxy.ts.',
    );
  };
  return {
    name,
    get: refuse,
    set: refuse,
    touch: refuse,
    delete: refuse,
    lock: refuse,
    list: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    prune: refuse,
    // Nothing was opened; shutting down must not fail over that.
    close: async () => {},
  };
}
