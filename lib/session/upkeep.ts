import { StoreUnavailableError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import { touchIfPossible } from "./access.ts";
import type { Backing } from "./backing/backing.ts";
import { touchDue } from "./clocks.ts";
import type { State } from "./state.ts";

/**
 * What a read has to write down: the access, a cookie sent again, another id. Undefined where it is time for nothing,
 * which is so at most reads.
 */
export function keepUp(
  config: Config,
  backing: Backing,
  state: State,
  found: { readonly accessed: number },
  now: number,
): (() => Promise<void>) | undefined {
  const touches = config.saveAccessedTime && touchDue(now, found.accessed, state.settings.limits);
  if (!touches && !backing.mayRotate?.(now)) return;
  return async () => {
    try {
      if (touches) await touchIfPossible(config, backing, state, now);
      await rotate(config, backing, state, now);
    } catch (error) {
      // A store that can be read but not written: reading goes on.
      if (!(error instanceof StoreUnavailableError) || config.onStoreError === "throw") throw error;
    }
  };
}

async function rotate(config: Config, backing: Backing, state: State, now: number): Promise<void> {
  if (!backing.rotate) return;
  const { id } = backing;
  if (await backing.rotate(now)) moved(config, backing, state, id);
}

/** The session has another id than this one, by which it was known. */
export function moved(config: Config, backing: Backing, state: State, oldId: string): void {
  const { current, id } = backing;
  if (current) state.moved(id, current);
  config.emit?.({ type: "regenerated", id: oldId, newId: id });
}
