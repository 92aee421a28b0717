/** What a part of the bench gives back: figures in tables, and which goals they meet. */

/** How a part is to be run. */
export interface RunOptions {
  /** Fewer and shorter rounds: seconds rather than minutes, and rougher figures. */
  readonly quick: boolean;
  /** Of `next`: only the rows whose path has this in it. */
  readonly only: string;
  /** Says how far it has come. */
  say(line: string): void;
}

/** One of `npm run bench -- codec stores …`. */
export interface Part {
  /** Shown above its tables. */
  readonly title: string;
  /** The page of the documentation that shows its tables. */
  readonly page?: "docs/scale.md";
  run(options: RunOptions): Promise<PartReport>;
}

/** What `--json` writes for a part. */
export interface PartReport {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

export interface Table {
  readonly title: string;
  /** Head of the column of labels, then of the columns of figures. */
  readonly columns: readonly [string, ...string[]];
  readonly rows: readonly Row[];
  /** How the figures came about, where that is not plain. */
  readonly note?: string;
}

export interface Row {
  readonly label: string;
  /** Figures as measured; text where a figure needs words; null where there is none. */
  readonly cells: readonly (number | string | null)[];
}

/** What issue and documentation promise, and what was measured. */
export interface Goal {
  /** Stays the same over time: the documentation gives the reason for a miss by it. */
  readonly id: string;
  readonly what: string;
  readonly measured: number;
  readonly bound: "at least" | "at most";
  readonly target: number;
  /** `×`, `ms`, `kB`, `bytes`, … */
  readonly unit: string;
}

/** A goal that is not met is reported, never hidden. */
export function isMet({ measured, bound, target }: Goal): boolean {
  return bound === "at least" ? measured >= target : measured <= target;
}

export function atLeast(id: string, what: string, target: number, measured: number, unit = "×"): Goal {
  return { id, what, measured, bound: "at least", target, unit };
}

export function atMost(id: string, what: string, target: number, measured: number, unit = "×"): Goal {
  return { id, what, measured, bound: "at most", target, unit };
}
