import { atMost, type Goal, type Row, type Table } from "../report/part.ts";
import { figure } from "../report/print.ts";
import { costOf, demandOf, type Evidence, USE } from "./demand.ts";
import type { Footprint, Sizes } from "./engine.ts";
import { type Measured, OPERATIONS } from "./measure.ts";
import { CONTROL, type Purged } from "./purge.ts";

/** All that was measured of one engine. */
export interface Findings {
  readonly name: string;
  readonly loading: number;
  readonly footprint: Footprint;
  readonly small: Measured;
  readonly large: Measured;
  /** Undefined where the engine removes what has expired by itself. */
  readonly purged: Purged | undefined;
}

const LIVE = [1_000_000, 100_000_000];

export function tablesOf(all: readonly Findings[], sizes: Sizes, valueLength: number): Table[] {
  const [few, many] = [figure(sizes.small), figure(sizes.large)];
  return [
    {
      title: `${many} sessions`,
      columns: ["engine", "loaded in s", "disk, bytes a session", "memory, bytes a session"],
      rows: all.map(({ name, loading, footprint: { disk, memory, memoryGrows } }) => ({
        label: name,
        cells: [loading, disk / sizes.large, memoryGrows ? memory / sizes.large : null],
      })),
      note:
        `500 bytes of JSON, of which a record is ${valueLength} characters. Disk: of SQLite the file and its log, of Redis its ` +
        "snapshot, of Postgres the table and its indexes. Memory: what has to be there however few sessions are in use. " +
        "Of Redis that is all, of Postgres the indexes; SQLite makes do with its page cache of 8 MB a process.",
    },
    {
      title: `One call at a time, with ${few} and with ${many} sessions`,
      columns: ["engine", "p50 µs, few", "p50 µs, many", "many / few", "p99 µs, few", "p99 µs, many"],
      rows: all.flatMap(({ name, small, large }) =>
        OPERATIONS.map((operation): Row => {
          const [with_few, with_many] = [small.latency[operation], large.latency[operation]];
          return {
            label: `${name}: ${operation}`,
            cells: [with_few.p50, with_many.p50, with_many.p50 / with_few.p50, with_few.p99, with_many.p99],
          };
        }),
      ),
      note: "A save is a compare-and-set. Postgres waits for its disk at each write, Redis never does.",
    },
    {
      title: `64 calls at once, with ${many} sessions`,
      columns: ["engine", ...OPERATIONS.map((operation) => `${operation} a second`)] as [string, ...string[]],
      rows: all.map(({ name, large }) => ({
        label: name,
        cells: OPERATIONS.map((operation) => Math.round(large.rate[operation])),
      })),
      note: "From one Node process, which for Redis and Postgres has the machine's two cores in common with the server.",
    },
    {
      title: `A purge of ${figure(sizes.expired)} expired among ${many}`,
      columns: ["engine", "s", "µs a session", "longest stop of the event loop, ms", "without a purge"],
      rows: all.map(({ name, purged }) => ({
        label: name,
        cells: purged
          ? [purged.seconds, perSession(purged) * 1e6, purged.longest, purged.undisturbed]
          : ["by itself", null, null, null],
      })),
      note:
        "While the same process reads and saves some 200 sessions a second. The last column: the longest stop in " +
        `${figure(CONTROL)} reads and saves just before, one after the other; SQLite's log is merged into the file by a ` +
        "thread meanwhile.",
    },
    ...LIVE.map((live) => paper(live, all, sizes)),
  ];
}

function paper(live: number, all: readonly Findings[], sizes: Sizes): Table {
  const { reads, saves, touches, roundTrips, expiring } = demandOf(live);
  return {
    title: `On paper: ${figure(live)} live sessions`,
    columns: [
      "engine",
      "disk GB",
      "memory GB",
      "round trips a second",
      "servers' worth of work",
      "purge, s an hour",
    ],
    rows: all.map((findings) => {
      const { disk, memory, busy, purging } = costOf(live, evidenceOf(findings, sizes));
      // SQLite is in the process: there is nothing to travel to.
      const trips = findings.name === "SQLite" ? 0 : Math.round(roundTrips);
      return { label: findings.name, cells: [disk / 1e9, memory / 1e9, trips, busy, purging ?? 0] };
    }),
    note:
      `L = ${figure(live)}. Reads a second: L / ${USE.interval} = ${figure(reads)}. Saves: ${USE.saving} of these, ` +
      `${figure(saves)}. Touches: the others, ${figure(touches)}. Expiring: L / ${figure(USE.life)} = ${figure(expiring)}. ` +
      "Disk and memory: L × bytes a session. Work: reads / gets a second + saves / saves a second + touches / touches a " +
      "second. Purge: expiring × 3600 × seconds a session.",
  };
}

function evidenceOf({ footprint, large, purged }: Findings, { large: sessions }: Sizes): Evidence {
  const purging = purged ? perSession(purged) : null;
  return { sessions, footprint, rate: large.rate, purging };
}

const perSession = ({ seconds, removed }: Purged): number => seconds / removed;

/** Of SQLite: the others' figures are their engines'. */
export function goalsOf(all: readonly Findings[], sizes: Sizes): Goal[] {
  const sqlite = all.find(({ name }) => name === "SQLite")!;
  const { small, large, footprint, purged } = sqlite;
  const many = figure(sizes.large);
  return [
    ...(["get", "save"] as const).map((operation) =>
      atMost(
        `scale-sqlite-${operation}`,
        `SQLite ${operation}: p50 with ${many} sessions, of that with ${figure(sizes.small)}`,
        2,
        large.latency[operation].p50 / small.latency[operation].p50,
      ),
    ),
    atMost(
      "scale-sqlite-bytes",
      "SQLite: disk, a session of 500 bytes",
      900,
      footprint.disk / sizes.large,
      "bytes",
    ),
    atMost(
      "scale-sqlite-purge",
      `SQLite: longest stop of the event loop, purging ${figure(sizes.expired)} of ${many}`,
      10,
      purged!.longest,
      "ms",
    ),
  ];
}
