import type { SessionStore } from "../../lib/stores/store.ts";
import type { Population } from "./population.ts";

/** How many sessions are loaded. */
export interface Sizes {
  readonly small: number;
  readonly large: number;
  /** Of the large ones, the first so many have expired. */
  readonly expired: number;
}

/** One engine with two stores in it, of which one holds little and one much, to be measured in turns. */
export interface Engine {
  readonly name: string;
  readonly small: SessionStore;
  readonly large: SessionStore;
  /** How long it took to load the large one, seconds. */
  readonly loading: number;
  /** What the large one takes now. */
  footprint(): Promise<Footprint>;
  close(): Promise<void>;
}

/** Bytes. */
export interface Footprint {
  readonly disk: number;
  /** What has to be in memory, however few of the sessions are in use. */
  readonly memory: number;
  /** Whether that is more with more sessions. */
  readonly memoryGrows: boolean;
}

export type OpenEngine = (population: Population, sizes: Sizes) => Promise<Engine>;

/** Runs `load`; gives the seconds that it took. */
export async function timed(load: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await load();
  return (performance.now() - started) / 1000;
}
