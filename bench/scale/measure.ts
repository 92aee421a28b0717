import type { SessionStore } from "../../lib/stores/store.ts";
import { quantile, shuffled } from "../measure/statistics.ts";
import type { Engine } from "./engine.ts";
import { type Population, TIMEOUT } from "./population.ts";

export const OPERATIONS = ["get", "save", "touch"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Microseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Of one store. */
export interface Measured {
  /** One at a time. */
  readonly latency: Readonly<Record<Operation, Latency>>;
  /** 64 at a time, a second. */
  readonly rate: Readonly<Record<Operation, number>>;
}

export interface Effort {
  readonly rounds: number;
  readonly calls: number;
  readonly milliseconds: number;
}

/** Sessions to draw from: those that have not expired. */
export interface Range {
  readonly from: number;
  readonly below: number;
}

const AT_ONCE = 64;

/** Both of an engine's stores, in turns. */
export async function measure(
  engine: Engine,
  population: Population,
  ranges: Readonly<Record<"small" | "large", Range>>,
  effort: Effort,
): Promise<Record<"small" | "large", Measured>> {
  const samples = new Map<string, number[]>();
  const rates = new Map<string, number>();
  const rows = (["small", "large"] as const).flatMap((size) =>
    OPERATIONS.map((operation) => ({ size, operation, label: `${size} ${operation}` })),
  );
  for (let round = -1; round < effort.rounds; round++) {
    for (const { size, operation, label } of shuffled(rows)) {
      const taken = await latencies(engine[size], operation, population, ranges[size], effort.calls);
      // The first warms up.
      if (round >= 0) samples.set(label, [...(samples.get(label) ?? []), ...taken]);
    }
  }
  for (const { size, operation, label } of shuffled(rows)) {
    rates.set(label, await rate(engine[size], operation, population, ranges[size], effort.milliseconds));
  }
  const of = (size: string): Measured => ({
    latency: byOperation((operation) => {
      const taken = samples.get(`${size} ${operation}`)!;
      return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) };
    }),
    rate: byOperation((operation) => rates.get(`${size} ${operation}`)!),
  });
  return { small: of("small"), large: of("large") };
}

async function latencies(
  store: SessionStore,
  operation: Operation,
  population: Population,
  range: Range,
  calls: number,
): Promise<number[]> {
  const taken: number[] = [];
  for (let call = 0; call < calls; call++) {
    const run = await prepared(store, operation, population, range);
    const started = performance.now();
    await run();
    taken.push((performance.now() - started) * 1000);
  }
  return taken;
}

async function rate(
  store: SessionStore,
  operation: Operation,
  population: Population,
  range: Range,
  milliseconds: number,
): Promise<number> {
  let spent = 0;
  let done = 0;
  while (spent < milliseconds) {
    const runs = await Promise.all(
      Array.from({ length: AT_ONCE }, () => prepared(store, operation, population, range)),
    );
    const started = performance.now();
    await Promise.all(runs.map((run) => run()));
    spent += performance.now() - started;
    done += runs.length;
  }
  return (done / spent) * 1000;
}

/** The operation on some session, ready to be timed: a save is a compare-and-set of what was read before. */
async function prepared(
  store: SessionStore,
  operation: Operation,
  population: Population,
  { from, below }: Range,
): Promise<() => Promise<unknown>> {
  const key = population.key(from + Math.floor(Math.random() * (below - from)));
  if (operation === "get") return () => store.get(key);
  const now = Date.now();
  if (operation === "touch") return () => store.touch(key, now, now + TIMEOUT);
  const { version, ...found } = (await store.get(key))!;
  const record = { ...found, accessedAt: now, expiresAt: now + TIMEOUT };
  return () => store.set(key, record, { version });
}

function byOperation<T>(figure: (operation: Operation) => T): Record<Operation, T> {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, figure(operation)])) as Record<
    Operation,
    T
  >;
}
