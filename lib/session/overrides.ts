import type { CookieExpires } from "../cookie/attributes.ts";
import type { Limits } from "./clocks.ts";

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

/** Overrides and data version as they stand in front of the data: at most a few short fields. */
export interface Meta extends Overrides {
  /** `version` of the data's shape; absent for 0. */
  readonly version?: number;
}

interface MetaJson {
  timeout?: number | null;
  expires?: boolean | number | { at: number };
  domain?: string;
  path?: string;
  version?: number;
}

/** What the cookie has to know of it. */
export function overridesOf({ version: _, ...overrides }: Meta): Overrides {
  return overrides;
}

/** The fields of `meta` as JSON members, `""` when there are none (the usual case). */
export function encodeMeta(meta: Meta): string {
  const json: MetaJson = {};
  if (meta.timeout !== undefined) json.timeout = meta.timeout;
  if (meta.cookieExpires !== undefined) {
    json.expires =
      meta.cookieExpires instanceof Date ? { at: meta.cookieExpires.getTime() } : meta.cookieExpires;
  }
  if (meta.domain !== undefined) json.domain = meta.domain;
  if (meta.path !== undefined) json.path = meta.path;
  if (meta.version) json.version = meta.version;
  return JSON.stringify(json).slice(1, -1);
}

/**
 * The reverse of {@link encodeMeta}. What it reads was written by us and is authenticated or comes from our store,
 * so a shape that does not fit is damage, and throws.
 */
export function decodeMeta(members: string): Meta {
  if (members === "") return {};
  const { timeout, expires, domain, path, version } = JSON.parse(`{${members}}`) as MetaJson;
  return {
    ...(timeout === null || typeof timeout === "number" ? { timeout } : {}),
    ...(expires === undefined
      ? {}
      : { cookieExpires: typeof expires === "object" ? new Date(expires.at) : expires }),
    ...(typeof domain === "string" ? { domain } : {}),
    ...(typeof path === "string" ? { path } : {}),
    ...(typeof version === "number" ? { version } : {}),
  };
}
