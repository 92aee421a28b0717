/**
 * Answers without a promise, between our own stores and sessions. A store's methods give promises, as their contract
 * says; one that has its answer at once would make a request wait for the event loop's sake alone, several times.
 */

import type { MaybePromise } from "../seal/maybe-promise.ts";

type Method<Args extends unknown[], Result> = (...args: Args) => Promise<Result>;

// By the method itself, not by the store: whoever wraps a store, or replaces one of its methods, is asked as ever.
const immediate = new WeakMap<object, unknown>();

/** Makes a store's method of a function that seldom has to wait. */
export function promised<Args extends unknown[], Result>(
  work: (...args: Args) => MaybePromise<Result>,
): Method<Args, Result> {
  const method = async (...args: Args) => work(...args);
  immediate.set(method, work);
  return method;
}

/** Calls a store's method; without a promise where {@link promised} made it and it does not have to wait. */
export function ask<Args extends unknown[], Result>(
  store: object,
  method: Method<Args, Result>,
  ...args: Args
): MaybePromise<Result> {
  const work = immediate.get(method) as ((...args: Args) => MaybePromise<Result>) | undefined;
  return work ? work(...args) : method.apply(store, args);
}
