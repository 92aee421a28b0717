import { ConfigError } from "../errors.ts";
import { shown } from "../options/check.ts";
import type { Config } from "../options/config.ts";
import type { MaybePromise } from "../seal/maybe-promise.ts";
import { subjectKey } from "../seal/token.ts";
import type { Values } from "./changes.ts";

/** The subject of this data as the store knows it. */
export function subjectOf(config: Config, values: Values): MaybePromise<string | undefined> {
  const subject: unknown = config.subject?.of(values) ?? "";
  return subject === "" ? undefined : keyOfSubject(config, subject);
}

/**
 * What the store knows this subject by.
 *
 * @throws {ConfigError} for anything but a string: as text, all objects would be one subject.
 */
export function keyOfSubject(config: Config, subject: unknown): MaybePromise<string> {
  if (typeof subject === "string") return subjectKey(config.cookieName, subject);
  throw new ConfigError(
    "subject",
    `A subject must be a string; got ${shown(subject)}. Convert it: String(id).`,
  );
}

let latest = { now: 0, count: 0 };

/** When a session signed in: of several in one millisecond, each a thousandth later, so that the oldest is certain. */
export function signInInstant(now: number): number {
  latest = now === latest.now ? { now, count: Math.min(latest.count + 1, 999) } : { now, count: 0 };
  return now + latest.count / 1000;
}
