import type { Config } from "../options/config.ts";
import type { MaybePromise } from "../seal/maybe-promise.ts";
import { subjectKey } from "../seal/token.ts";
import type { Values } from "./changes.ts";

/** The subject of this data as the store knows it. */
export function subjectOf(config: Config, values: Values): MaybePromise<string | undefined> {
  const subject = config.subject?.of(values);
  return subject === undefined || subject === "" ? undefined : subjectKey(config.cookieName, subject);
}

let latest = { now: 0, count: 0 };

/** When a session signed in: of several in one millisecond, each a thousandth later, so that the oldest is certain. */
export function signInInstant(now: number): number {
  latest = now === latest.now ? { now, count: Math.min(latest.count + 1, 999) } : { now, count: 0 };
  return now + latest.count / 1000;
}
