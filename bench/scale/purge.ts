import type { SessionStore } from "../../lib/stores/store.ts";
import type { Range } from "./measure.ts";
import type { Population } from "./population.ts";

/** What a purge took. */
export interface Purged {
  readonly removed: number;
  readonly seconds: number;
  /** The longest that this thread's event loop did not turn meanwhile, milliseconds. */
  readonly longest: number;
}

/** Removes what has expired, while sessions are read and saved: some 200 of each a second. */
export async function purge(store: SessionStore, population: Population, living: Range): Promise<Purged> {
  const watch = watchLoop();
  let isOver = false;
  const busy = (async () => {
    while (!isOver) {
      const number = living.from + population.any(living.below - living.from);
      await store.get(population.key(number));
      await store.set(population.key(number), population.record(number), "present");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const started = performance.now();
  const removed = await store.prune!(population.now, Number.POSITIVE_INFINITY);
  const seconds = (performance.now() - started) / 1000;
  const longest = watch();
  isOver = true;
  await busy;
  return { removed, seconds, longest };
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
