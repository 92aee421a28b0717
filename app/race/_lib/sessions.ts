import { AsyncLocalStorage } from "node:async_hooks";
import { createSessions, type Session, type SessionEvent } from "next-beaker";
import { common, store } from "../../sessions";
import type { LaneName } from "./lanes";

/** The number that all add to. Beside it, who has: so that the picture knows whose increment was lost. */
export interface Tally {
  n: number;
  by: number[];
}

export interface RaceData {
  tally: Tally;
  [slot: `entrant${number}`]: true;
}

export type RaceSession = Session<RaceData>;

const conflictsOfLap = new AsyncLocalStorage<{ count: number }>();

const shared = {
  ...common,
  timeout: 60,
  // Events are reported in the course of the call that causes them, so each finds its own request.
  onEvent: ({ type }: SessionEvent) => {
    const conflicts = conflictsOfLap.getStore();
    if (conflicts && type === "conflict") conflicts.count++;
  },
};

// Sessions of their own, in the same store: a race leaves your other session as it is.
const onStore = createSessions<RaceData>({ ...shared, store, key: "demo.race.store" });
const inCookie = createSessions<RaceData>({ ...shared, type: "cookie", key: "demo.race.cookie" });

export function sessionsOf(lane: LaneName) {
  return lane === "cookie" ? inCookie : onStore;
}

/** Runs `work` and gives how many `conflict` events the library reported meanwhile, in this request alone. */
export async function countConflicts(work: () => Promise<void>): Promise<number> {
  const conflicts = { count: 0 };
  await conflictsOfLap.run(conflicts, work);
  return conflicts.count;
}
