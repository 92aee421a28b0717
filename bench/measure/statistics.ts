/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}

/** A ratio of two rows, from rounds in which both were measured within moments of each other. */
export interface Ratio {
  readonly median: number;
  /** Half of all rounds lie between these two. */
  readonly low: number;
  readonly high: number;
}

/** Round by round, so that what slows the whole machine down for a while slows both down. */
export function pairedRatio(these: readonly number[], those: readonly number[]): Ratio {
  const ratios = these.map((value, round) => value / those[round]!);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** A ratio with the interval in which it lies with 95 % confidence. */
export interface Interval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * The ratio of two rows' usual cost. Unlike the median, the mean of the middle counts garbage collections, which come
 * in lumps; unlike the mean of all, it is not at the mercy of the one slice that the machine was elsewhere.
 *
 * The interval is a bootstrap over rounds, which keeps each round's pair together.
 */
export function compareCosts(these: readonly number[], those: readonly number[]): Interval {
  const ratios: number[] = [];
  for (let sample = 0; sample < RESAMPLES; sample++) {
    const rounds = these.map(() => Math.floor(Math.random() * these.length));
    ratios.push(usual(rounds.map((round) => these[round]!)) / usual(rounds.map((round) => those[round]!)));
  }
  return { ratio: usual(these) / usual(those), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

/** The mean of the middle 80 %. */
export function usual(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 10);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** A copy in random order. */
export function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [copy[last], copy[other]] = [copy[other]!, copy[last]!];
  }
  return copy;
}
