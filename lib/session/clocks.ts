/**
 * When a session ends. Pure functions of their arguments: no clock, no I/O. All times in milliseconds.
 */

import type { Limits } from "../options/config.ts";

/** Two instants that every session carries. */
export interface Stamps {
  /** Epoch milliseconds. */
  readonly created: number;
  /** Epoch milliseconds of the last access that was written down. */
  readonly accessed: number;
}

/** Which limit ended a session. */
export type ExpiryReason = "idle" | "absolute";

/**
 * The limit that has passed, or undefined while the session is valid.
 *
 * An access within `touchInterval` of the one before is not written down, so the true last access may be that
 * much later than the stamp. The session gets the benefit of the doubt: it lasts at least `timeout` and at most
 * `timeout + touchInterval` after its last use, and is never cut off early.
 */
export function expiry(now: number, stamps: Stamps, limits: Limits): ExpiryReason | undefined {
  const absolute = absoluteDeadline(stamps.created, limits);
  if (absolute !== null && now > absolute) return "absolute";
  if (limits.timeout !== null && now > stamps.accessed + limits.timeout + limits.touchInterval) return "idle";
  return undefined;
}

/** The last instant at which the session is certain to be valid, or null without limits. */
export function deadline(stamps: Stamps, limits: Limits): number | null {
  return nearer(
    limits.timeout === null ? null : stamps.accessed + limits.timeout,
    absoluteDeadline(stamps.created, limits),
  );
}

/** From here on a store may drop the record: later than {@link expiry}, so that none vanishes under a request. */
export function disposableAt(stamps: Stamps, limits: Limits): number | null {
  const end = deadline(stamps, limits);
  return end === null ? null : end + limits.touchInterval + DISPOSAL_MARGIN;
}

const DISPOSAL_MARGIN = 120_000; // Beaker's own: it kept records 120 s longer than the session.

/** The instant after which no save can keep the session alive, or null. */
export function absoluteDeadline(created: number, limits: Limits): number | null {
  return limits.absoluteTimeout === null ? null : created + limits.absoluteTimeout;
}

/** Whether this access is worth writing down. A clock that was set back counts as a long time. */
export function touchDue(now: number, accessed: number, limits: Limits): boolean {
  return Math.abs(now - accessed) >= limits.touchInterval;
}

function nearer(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
