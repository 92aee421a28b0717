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
      const { id } = backing;
      // Where the id changes, the access is written down with it.
      if (await backing.rotate?.(now)) await moved(config, backing, state, id);
      else if (touches) await touchIfPossible(config, backing, state, now);
    } catch (error) {
      // A store that can be read but not written: reading goes on, and `onEvent` has been told.
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  };
}

/** The session has another id than this one, by which it was known. */
export async function moved(config: Config, backing: Backing, state: State, oldId: string): Promise<void> {
  if (backing.current) await state.moved(backing.id, backing.current);
  config.emit?.({ type: "regenerated", id: oldId, newId: backing.id });
}
