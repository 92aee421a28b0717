import type { CookieExpires } from "../cookie/attributes.ts";
import type { Limits } from "../options/config.ts";

/** What one session has set for itself, over the configuration; kept with it. Absent: as configured. */
export interface Overrides {
  /** Seconds, or null for no idle limit. */
  readonly timeout?: number | null;
  readonly cookieExpires?: CookieExpires;
  readonly domain?: string;
  readonly path?: string;
}

/** The limits of a session with these overrides. */
export function limitsOf(limits: Limits, timeout: number | null | undefined): Limits {
  if (timeout === undefined) return limits;
  if (timeout === null) return { ...limits, timeout: null };
  // The interval is also how much longer than its timeout a session may last: keep it small beside a short timeout.
  return { ...limits, timeout: timeout * 1000, touchInterval: Math.min(limits.touchInterval, timeout * 100) };
}

/** What is kept with the data, beside it: at most a few short fields. {@link NO_META} where there are none. */
export interface Meta extends Overrides {
  /** `version` of the data's shape; absent for 0. */
  readonly version?: number;
  /** When the present id was issued, epoch milliseconds; absent: when the session was created. */
  readonly issued?: number;
  /** The beginning of the id that it had before, until it is next saved: for a moment both are there. */
  readonly from?: string;
  /** Since when the session belongs to its subject, epoch milliseconds. */
  readonly since?: number;
}

/** The usual one: nothing. */
export const NO_META: Meta = Object.freeze({});

interface MetaJson extends Omit<Meta, "cookieExpires"> {
  cookieExpires?: boolean | number | { at: number };
}

/** What the cookie has to know of it. */
export function overridesOf({
  version: _,
  issued: __,
  since: ___,
  from: ____,
  ...overrides
}: Meta): Overrides {
  return overrides;
}

/** The fields of `meta` as JSON members, `""` when there are none (the usual case). */
export function encodeMeta(kept: Meta): string {
  if (kept === NO_META) return "";
  const { cookieExpires, ...meta } = kept;
  const json: MetaJson = meta;
  if (cookieExpires instanceof Date) json.cookieExpires = { at: cookieExpires.getTime() };
  else if (cookieExpires !== undefined) json.cookieExpires = cookieExpires;
  return JSON.stringify(json).slice(1, -1);
}

/**
 * The reverse of {@link encodeMeta}. What it reads was written by us and is authenticated or comes from our store,
 * so text that is not JSON is damage, and throws.
 */
export function decodeMeta(members: string): Meta {
  if (members === "") return NO_META;
  const { timeout, cookieExpires, domain, path, version, issued, since, from } = JSON.parse(
    `{${members}}`,
  ) as MetaJson;
  return {
    ...(timeout === null || typeof timeout === "number" ? { timeout } : {}),
    ...(cookieExpires === undefined
      ? {}
      : { cookieExpires: typeof cookieExpires === "object" ? new Date(cookieExpires.at) : cookieExpires }),
    ...(typeof domain === "string" ? { domain } : {}),
    ...(typeof path === "string" ? { path } : {}),
    ...(typeof version === "number" ? { version } : {}),
    ...(typeof issued === "number" ? { issued } : {}),
    ...(typeof since === "number" ? { since } : {}),
    ...(typeof from === "string" ? { from } : {}),
  };
}
