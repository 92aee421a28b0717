import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { SessionStore } from "../../lib/stores/store.ts";
import type { Range } from "./measure.ts";
import type { Population } from "./population.ts";

/** What a purge took. */
export interface Purged {
  readonly removed: number;
  readonly seconds: number;
  /** The longest that this thread's event loop did not turn meanwhile, milliseconds. */
  readonly longest: number;
  /** The same without a purge, in {@link CONTROL} reads and saves one after the other. */
  readonly undisturbed: number;
}

/** Enough for a few merges of SQLite's log into the file. */
export const CONTROL = 10_000;

/** Removes what has expired, while sessions are read and saved. */
export async function purge(store: SessionStore, population: Population, living: Range): Promise<Purged> {
  const readAndSave = async () => {
    const number = living.from + population.any(living.below - living.from);
    await store.get(population.key(number));
    await store.set(population.key(number), population.record(number), "present");
  };
  const { longest: undisturbed } = await watched(async () => {
    for (let done = 0; done < CONTROL; done++) {
      await readAndSave();
      await nextTurn();
    }
  });
  const stopTraffic = startTraffic(readAndSave);
  const { result, seconds, longest } = await watched(() =>
    store.prune!(population.now, Number.POSITIVE_INFINITY),
  );
  await stopTraffic();
  return { removed: result, seconds, longest, undisturbed };
}

/** Some 200 reads a second, and as many saves, until it is told to stop. */
function startTraffic(readAndSave: () => Promise<void>): () => Promise<void> {
  let isOver = false;
  const traffic = (async () => {
    while (!isOver) {
      await readAndSave();
      await sleep(5);
    }
  })();
  return () => {
    isOver = true;
    return traffic;
  };
}

async function watched<T>(work: () => Promise<T>) {
  const watch = watchLoop();
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const longest = watch();
  return { result, seconds, longest };
}

function watchLoop(): () => number {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return Math.max(longest, performance.now() - last);
  };
}
