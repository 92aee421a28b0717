/** What so many live sessions ask of a store, and what that costs there. On paper, from what was measured. */
import type { Footprint } from "./engine.ts";
import type { Measured } from "./measure.ts";

/** Of each live session. */
export const USE = {
  /** Seconds from one request to the next. */
  interval: 120,
  /** Of all requests, those that save. */
  saving: 0.1,
  /** Seconds from its first request until it has expired. */
  life: 3600,
} as const;

/** A second. */
export interface Demand {
  readonly reads: number;
  readonly saves: number;
  /** A request that saves nothing moves the access time when that is older than `touchInterval`, 60 s. */
  readonly touches: number;
  readonly roundTrips: number;
  readonly expiring: number;
}

export function demandOf(live: number): Demand {
  const reads = live / USE.interval;
  const saves = reads * USE.saving;
  const touches = reads - saves;
  return { reads, saves, touches, roundTrips: reads + saves + touches, expiring: live / USE.life };
}

/** What was measured of an engine with `sessions` in it. */
export interface Evidence {
  readonly sessions: number;
  readonly footprint: Footprint;
  readonly rate: Measured["rate"];
  /** Seconds of purge a session; null where the engine removes them by itself. */
  readonly purging: number | null;
}

export interface Cost {
  /** Bytes. */
  readonly disk: number;
  readonly memory: number;
  /** Of what one server did when it did nothing else: above 1 it takes more than one. */
  readonly busy: number;
  /** Seconds of each hour; null where there is none. */
  readonly purging: number | null;
}

export function costOf(live: number, { sessions, footprint, rate, purging }: Evidence): Cost {
  const { reads, saves, touches, expiring } = demandOf(live);
  const times = live / sessions;
  return {
    disk: footprint.disk * times,
    memory: footprint.memoryGrows ? footprint.memory * times : footprint.memory,
    busy: reads / rate.get + saves / rate.save + touches / rate.touch,
    purging: purging === null ? null : expiring * 3600 * purging,
  };
}
