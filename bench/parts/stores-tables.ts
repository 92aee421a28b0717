import { compareCosts, type Interval, median } from "../measure/statistics.ts";
import { atLeast, atMost, type Goal, type Table } from "../report/part.ts";
import { figure } from "../report/print.ts";

/** One app and one sort of request. */
export interface Kind {
  readonly app: string;
  readonly path: "/read" | "/save";
  readonly label: string;
  /** The app that it is held against. */
  readonly rival: string | undefined;
}

/** Microseconds a request, one figure a round, by {@link keyOf}. */
export type Figures = ReadonlyMap<string, readonly number[]>;

export const keyOf = ({ app, path }: Pick<Kind, "app" | "path">, concurrency: number): string =>
  `${app} ${path} ${concurrency}`;

interface Pair {
  readonly framework: "express" | "fastify";
  readonly server: "redis" | "postgres";
  readonly rival: string;
  readonly label: string;
}

const PAIRS: readonly Pair[] = [
  {
    framework: "express",
    server: "redis",
    rival: "express-session-redis",
    label: "express-session, connect-redis",
  },
  {
    framework: "express",
    server: "postgres",
    rival: "express-session-postgres",
    label: "express-session, connect-pg-simple",
  },
  {
    framework: "fastify",
    server: "redis",
    rival: "fastify-session-redis",
    label: "@fastify/session, connect-redis",
  },
];

const PATHS = ["/read", "/save"] as const;
const VERBS = { "/read": "read", "/save": "read and save" } as const;
const bare = (framework: string): Kind => ({
  app: `${framework}-bare`,
  path: "/read",
  label: "no session",
  rival: undefined,
});

/** What is compared runs side by side. */
export const GROUPS: readonly (readonly Kind[])[] = [
  [bare("express"), bare("fastify")],
  ...PAIRS.flatMap(({ framework, server, rival, label }) =>
    PATHS.map((path): Kind[] => [
      { app: rival, path, label: `${label}: ${VERBS[path]}`, rival: undefined },
      { app: `${framework}-ours-${server}`, path, label: `next-beaker: ${VERBS[path]}`, rival },
    ]),
  ),
];

export const APPS: readonly string[] = [...new Set(GROUPS.flat().map(({ app }) => app))];

const TITLES = { express: "Express", fastify: "Fastify", redis: "Redis", postgres: "Postgres" } as const;

export function tablesOf(figures: Figures, trips: ReadonlyMap<string, number>): Table[] {
  return PAIRS.map(({ framework, server, rival }) => {
    const ours = `${framework}-ours-${server}`;
    const kinds = GROUPS.flat().filter(({ app }) => [`${framework}-bare`, rival, ours].includes(app));
    return {
      title: `Requests with a session in ${TITLES[server]}, ${TITLES[framework]}, 500 bytes of JSON`,
      columns: [
        "library",
        "round trips",
        "one at a time, a second",
        "× rival",
        "95 %",
        "64 at once, a second",
        "× rival",
        "95 %",
      ],
      rows: kinds.map((kind) => ({
        label: kind.label,
        cells: [
          trips.get(keyOf(kind, 1)) ?? null,
          ...cellsOf(figures, kind, 1),
          ...cellsOf(figures, kind, 64),
        ],
      })),
      note:
        "One process serves all; each connection has a session of its own. × rival: throughput, with the interval in " +
        "which that ratio lies with 95 % confidence.",
    };
  });
}

function cellsOf(figures: Figures, kind: Kind, concurrency: number): (number | string | null)[] {
  const perSecond = Math.round(1e6 / median(figures.get(keyOf(kind, concurrency))!));
  if (kind.rival === undefined) return [perSecond, null, null];
  const { ratio, low, high } = throughput(figures, kind, concurrency);
  return [perSecond, ratio, `${figure(low)}–${figure(high)}`];
}

export function goalsOf(figures: Figures, trips: ReadonlyMap<string, number>): Goal[] {
  const goals: Goal[] = [];
  for (const { framework, server, rival, label } of PAIRS) {
    // @fastify/session moves no access time in a read: it does less, and is shown beside the others only.
    if (framework === "fastify") continue;
    for (const path of PATHS) {
      const kind = GROUPS.flat().find(
        ({ app, path: its }) => app === `${framework}-ours-${server}` && its === path,
      )!;
      const id = `stores-${framework}-${server}-${path.slice(1)}`;
      const what = `${TITLES[server]}, ${VERBS[path]}, ${TITLES[framework]}`;
      goals.push(
        atMost(
          `${id}-trips`,
          `${what}: round trips, fewer than those of ${label}`,
          trips.get(keyOf({ app: rival, path }, 1))! - 1,
          trips.get(keyOf(kind, 1))!,
          "trips",
        ),
        ...[1, 64].map((concurrency) =>
          atLeast(
            `${id}-${concurrency}`,
            `${what}, ${concurrency} at once: throughput, of ${label}`,
            1,
            throughput(figures, kind, concurrency).ratio,
          ),
        ),
      );
    }
  }
  return goals;
}

function throughput(figures: Figures, kind: Kind, concurrency: number): Interval {
  const theirs = figures.get(keyOf({ app: kind.rival!, path: kind.path }, concurrency))!;
  return compareCosts(theirs, figures.get(keyOf(kind, concurrency))!);
}
