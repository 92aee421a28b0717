import type { LaneName } from "./lanes";

/** One request: what it can say of itself. Instants are epoch milliseconds with fractions, on the server's clock. */
export interface Lap {
  readonly number: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** `conflict` events that the library reported while it saved. */
  readonly conflicts: number;
  /** The library refused: the code of its error. */
  readonly refused: string | null;
}

/** What the session holds when all are through. */
export interface Standing {
  /** The number, as it was counted up. */
  readonly counted: number;
  /** Whose increments are in it. */
  readonly kept: readonly number[];
}

/** Some number that no other heat will have. Not `crypto.randomUUID`: a browser on plain http has none. */
export function drawHeat(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}

/** All requests of one lane. */
export interface Heat extends Standing {
  readonly lane: LaneName;
  readonly laps: readonly Lap[];
}

/** What the action gives: a race, or why there is none. */
export interface Served {
  readonly race: Race | null;
  readonly failure: string | null;
}

export interface Race {
  readonly at: number;
  readonly from: "browser" | "server";
  readonly entrants: number;
  /** Those that are over; while a race is on, not yet all. */
  readonly heats: readonly Heat[];
}

/** A lap as the picture needs it. */
export interface Mark extends Lap {
  readonly survived: boolean;
  /** Milliseconds. */
  readonly took: number;
  /** When in its heat it finished, 0 to 1. */
  readonly at: number;
}

/** Everything there is to draw and to say of a heat, worked out from what was measured. */
export interface Result {
  readonly marks: readonly Mark[];
  readonly survived: number;
  readonly lost: number;
  readonly conflicts: number;
  /** Milliseconds from the first start to the last finish. */
  readonly took: number;
  /** The most requests that were under way at one moment. */
  readonly atOnce: number;
}

/** In order of finishing. */
export function resultOf({ laps, kept }: Heat): Result {
  const first = Math.min(...laps.map((lap) => lap.startedAt));
  const took = Math.max(...laps.map((lap) => lap.finishedAt)) - first;
  const marks = laps
    .toSorted((a, b) => a.finishedAt - b.finishedAt)
    .map((lap) => ({
      ...lap,
      survived: kept.includes(lap.number),
      took: lap.finishedAt - lap.startedAt,
      at: (lap.finishedAt - first) / took,
    }));
  const survived = marks.filter((mark) => mark.survived).length;
  return {
    marks,
    survived,
    lost: marks.length - survived,
    conflicts: laps.reduce((sum, lap) => sum + lap.conflicts, 0),
    took,
    // The most are under way at a moment when one has just started.
    atOnce: Math.max(...laps.map(({ startedAt }) => laps.filter(isUnderWayAt(startedAt)).length)),
  };
}

function isUnderWayAt(moment: number) {
  return ({ startedAt, finishedAt }: Lap) => startedAt <= moment && moment < finishedAt;
}
