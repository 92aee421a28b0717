/** Milliseconds, request by request, that each row's own work has taken. */
type Times = Map<string, number[]>;

/** Handlers and pages are bundles of their own, each with its copy of this module: what both note is kept beside them. */
const shared = globalThis as { [key: symbol]: Times | undefined };
const TIMES = Symbol.for("next-beaker bench");

export function note(path: string, milliseconds: number): void {
  shared[TIMES] ??= new Map();
  const times = shared[TIMES].get(path);
  if (times) times.push(milliseconds);
  else shared[TIMES].set(path, [milliseconds]);
}

/** The median of each row in microseconds, since this was last asked. */
export function takeMedians(): Record<string, number> {
  const taken = [...(shared[TIMES] ?? [])];
  shared[TIMES] = undefined;
  return Object.fromEntries(
    taken.map(([path, times]) => [path, 1000 * times.sort((a, b) => a - b)[times.length >> 1]!]),
  );
}
