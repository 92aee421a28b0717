/**
 * How long Redis keeps things. Redis measures with its own clock, records carry instants of the application's. So
 * nothing here compares the two: a lifetime is the time from the access that is being written to the expiry.
 */
import { whole } from "./record.ts";

/** Milliseconds for which a record outlives its expiry: nothing vanishes under a request that is just using it. */
const RECORD_MARGIN = 60_000;
/** The same for an index of sessions, which must outlive them all. */
const INDEX_MARGIN = 3_600_000;

/** The leading digits of an expiry that fall in one period, in the record's base-36 digits. */
export const PERIOD_DIGITS = 6;
/** 16.8 hours: how long a subject's index needs no write though its session goes on. The other 5 digits. */
const PERIOD = 36 ** 5;

/**
 * The leading digits of an access within 46.7 seconds (36 ** 3 milliseconds). With the first touch or save of each such
 * span the session's entry in the index is looked for: a server that evicts keys may have dropped the index.
 */
export const SPAN_DIGITS = 8;

/** Milliseconds to keep a record, in words; empty for ever. */
export function recordLifetime(accessedAt: number, expiresAt: number | null): string {
  return expiresAt === null ? "" : lifetime(accessedAt, whole(expiresAt), RECORD_MARGIN);
}

/** Milliseconds to keep an index, so that it lasts for every expiry of the same period; empty for ever. */
export function indexLifetime(accessedAt: number, expiresAt: number | null): string {
  if (expiresAt === null) return "";
  const endOfPeriod = (Math.floor(whole(expiresAt) / PERIOD) + 1) * PERIOD;
  return lifetime(accessedAt, endOfPeriod, INDEX_MARGIN);
}

function lifetime(from: number, until: number, margin: number): string {
  return String(Math.max(until - whole(from), 0) + margin);
}
