import { ReadonlySessionError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import type { Backing } from "./backing/backing.ts";
import type { State } from "./state.ts";

/** Moves the access time of a session, and no value; false if it has gone. */
async function touch(config: Config, backing: Backing, state: State, now: number): Promise<boolean> {
  if (!(await backing.touch(now))) return false;
  state.accessedAt(now);
  config.emit?.({ type: "touched", id: backing.id });
  return true;
}

/** For a read. A cookie session read while rendering: the access cannot be written down there, and that is no error. */
export async function touchIfPossible(
  config: Config,
  backing: Backing,
  state: State,
  now: number,
): Promise<void> {
  try {
    await touch(config, backing, state, now);
  } catch (error) {
    if (!(error instanceof ReadonlySessionError)) throw error;
  }
}

/**
 * For a save that changes nothing. A touch alone would also move the clock of the note that stands in the place of a
 * replaced record, and send its dead token once more.
 */
export async function confirm(config: Config, backing: Backing, state: State, now: number): Promise<boolean> {
  return (await backing.isLive()) && touch(config, backing, state, now);
}
