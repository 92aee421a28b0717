/**
 * Values that are there at once on Node and promised on the edge.
 * WebCrypto has no synchronous calls and node:crypto costs a seventeenth of it (performance.md, codecs),
 * so one code path serves both and makes a promise only where the primitives made one.
 */

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether this value has to be awaited. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  // Not `instanceof`: Next's edge sandbox hands out promises of another realm. Text is not asked for its `then`: that
  // takes a search through the prototypes, a dozen times a request.
  return typeof value === "object" && typeof (value as { then?: unknown } | null)?.then === "function";
}

/** Goes on with a value: at once if it is there, later if it is promised. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** All of these values in order; a promise only if one of them is. */
export function all<T>(values: ReadonlyArray<MaybePromise<T>>): MaybePromise<T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as T[]);
}
