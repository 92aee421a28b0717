import { Bench } from "tinybench";
import { median, shuffled } from "./statistics.ts";

/** Something to be timed. One that gives a promise is awaited; the others never pay for a promise. */
export interface Timed {
  readonly label: string;
  run(): unknown;
}

/** Microseconds a call, one figure a round. */
export interface Timing {
  /** By the clock. */
  readonly elapsed: number[];
  /** Of all the process's threads: what others run on the machine does not show here. */
  readonly cpu: number[];
}

export type Timings = ReadonlyMap<string, Timing>;

// A sample of one call would be a tenth clock and a tenth luck; one of this length is neither.
const SAMPLE_MICROSECONDS = 150;

/**
 * Times all rows in each of `rounds` rounds, in another order each time, for `milliseconds` each: whatever the
 * machine does meanwhile happens to all of them.
 */
export async function timeRounds(
  rows: readonly Timed[],
  { rounds, milliseconds }: { rounds: number; milliseconds: number },
): Promise<Timings> {
  const prepared = [];
  for (const row of rows) prepared.push({ label: row.label, ...(await prepare(row, milliseconds)) });
  const timings = new Map(rows.map(({ label }): [string, Timing] => [label, { elapsed: [], cpu: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const { label, calls, sample, asynchronous } of shuffled(prepared)) {
      const { elapsed, cpu } = await slice(sample, asynchronous, milliseconds);
      timings.get(label)!.elapsed.push(elapsed / calls);
      timings.get(label)!.cpu.push(cpu / calls);
    }
  }
  return timings;
}

/** Warms it up, and finds how many calls make a sample. */
async function prepare({ run }: Timed, milliseconds: number) {
  const first = run();
  const asynchronous = first instanceof Promise;
  await first;
  const single = asynchronous ? async () => void (await run()) : () => void run();
  const { elapsed } = await slice(single, asynchronous, milliseconds);
  const calls = Math.max(1, Math.round(SAMPLE_MICROSECONDS / elapsed));
  const sample = asynchronous
    ? async () => {
        for (let call = 0; call < calls; call++) await run();
      }
    : () => {
        for (let call = 0; call < calls; call++) run();
      };
  return { calls, sample, asynchronous };
}

/** The median sample and the mean CPU time, in microseconds. */
async function slice(sample: () => unknown, asynchronous: boolean, milliseconds: number) {
  const bench = new Bench({
    time: milliseconds,
    iterations: 1,
    warmup: false,
    retainSamples: true,
    throws: true,
  });
  bench.add("sample", sample, { async: asynchronous });
  const before = process.cpuUsage();
  if (asynchronous) await bench.run();
  else bench.runSync();
  const { user, system } = process.cpuUsage(before);
  const { result } = bench.tasks[0]!;
  if (result.state !== "completed") throw new Error(`tinybench ended with ${result.state}`);
  const samples = result.latency.samples!;
  return { elapsed: median(samples) * 1000, cpu: (user + system) / samples.length };
}
