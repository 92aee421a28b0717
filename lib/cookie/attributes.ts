import type { CookieAttributes } from "./jar.ts";

/** RFC 6265bis 4.1.1: a cookie-name is a token. */
export const COOKIE_NAME: RegExp = /^[\w!#$%&'*+\-.^`|~]{1,256}$/;

/** A host name, as browsers accept it: with or without a dot in front. */
export const COOKIE_DOMAIN: RegExp = /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

/** RFC 6265bis 4.1.1: a path-value is ASCII without control characters and semicolon. */
export const COOKIE_PATH: RegExp = /^\/[\x20-\x3a\x3c-\x7e]*$/;

/** Browsers cap a cookie's life at 400 days (RFC 6265bis 5.5), so "forever" is that. */
export const FOREVER_SECONDS: number = 400 * 24 * 60 * 60;

/**
 * How long the browser keeps the cookie: `true` until it closes, `false` as long as browsers allow,
 * a number of seconds from each time it is sent, or a fixed instant. Never decides whether a session is valid.
 */
export type CookieExpires = boolean | number | Date;

/** The attributes that never vary from cookie to cookie of one configuration. */
export interface CookieBase {
  readonly domain: string | undefined;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: "lax" | "strict" | "none";
  readonly partitioned: boolean;
  readonly priority: "low" | "medium" | "high" | undefined;
}

/** The attributes to send with one cookie. */
export function cookieAttributes(base: CookieBase, expires: CookieExpires): CookieAttributes {
  const attributes: CookieAttributes = {
    path: base.path,
    httpOnly: base.httpOnly,
    secure: base.secure,
    sameSite: base.sameSite,
  };
  if (base.domain !== undefined) attributes.domain = base.domain;
  if (base.partitioned) attributes.partitioned = true;
  if (base.priority !== undefined) attributes.priority = base.priority;
  if (expires === false) attributes.maxAge = FOREVER_SECONDS;
  // Max-Age is whole seconds (RFC 6265bis 5.6.2), and 0 would delete the cookie.
  else if (typeof expires === "number") attributes.maxAge = Math.min(Math.ceil(expires), FOREVER_SECONDS);
  else if (expires instanceof Date) attributes.expires = expires;
  return attributes;
}

/**
 * The attributes that make a browser drop a cookie which was set with these: name, domain and path must be the same
 * (RFC 6265bis 5.7). By an instant as well, since Next.js loses the `Max-Age=0` of what middleware sets when a page or
 * an action then redirects, and the browser would keep an empty cookie.
 */
export function expired(attributes: CookieAttributes): CookieAttributes {
  return { ...attributes, maxAge: 0, expires: new Date(0) };
}
