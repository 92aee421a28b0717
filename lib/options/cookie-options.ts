import {
  COOKIE_DOMAIN,
  COOKIE_NAME,
  COOKIE_PATH,
  type CookieBase,
  type CookieExpires,
} from "../cookie/attributes.ts";
import { MAX_CHUNKS } from "../cookie/chunks.ts";
import { ConfigError } from "../errors.ts";
import { flag, oneOf, shown } from "./check.ts";

const DEFAULT_NAME = "beaker.session.id";
const HOST_PREFIX = "__Host-";

/** The options that concern the cookie, as a user gives them. */
interface CookieOptions {
  key?: unknown;
  cookieExpires?: unknown;
  cookieDomain?: unknown;
  cookiePath?: unknown;
  cookieChunks?: unknown;
  secure?: unknown;
  httpOnly?: unknown;
  sameSite?: unknown;
  partitioned?: unknown;
  priority?: unknown;
}

/** Name, attributes and size of the cookie. */
export interface ResolvedCookie {
  readonly name: string;
  readonly base: CookieBase;
  readonly expires: CookieExpires;
  readonly chunks: number;
}

/** Checks the cookie's options against each other and against what browsers accept. */
export function resolveCookie(options: CookieOptions): ResolvedCookie {
  const base: CookieBase = {
    domain: cookieDomain(options.cookieDomain),
    path: cookiePath(options.cookiePath),
    secure: flag("secure", options.secure, isProduction()),
    httpOnly: flag("httpOnly", options.httpOnly, true),
    sameSite: oneOf("sameSite", options.sameSite, ["lax", "strict", "none"], "lax"),
    partitioned: flag("partitioned", options.partitioned, false),
    priority: oneOf("priority", options.priority, ["low", "medium", "high", undefined], undefined),
  };
  if (base.sameSite === "none" && !base.secure) {
    throw new ConfigError(
      "sameSite",
      'sameSite: "none" needs secure: true; browsers drop such a cookie without it.',
    );
  }
  if (base.partitioned && !base.secure) {
    throw new ConfigError(
      "partitioned",
      "partitioned: true needs secure: true; browsers drop such a cookie without it.",
    );
  }
  return {
    name: cookieName(options.key, base),
    base,
    expires: cookieExpires(options.cookieExpires),
    chunks: oneOf("cookieChunks", options.cookieChunks, [1, 2, 3, MAX_CHUNKS], 1),
  };
}

function isProduction(): boolean {
  return typeof process !== "undefined" && process.env["NODE_ENV"] === "production";
}

function cookieName(key: unknown, base: CookieBase): string {
  const hostPossible = base.secure && base.path === "/" && base.domain === undefined;
  if (key === undefined) return hostPossible ? HOST_PREFIX + DEFAULT_NAME : DEFAULT_NAME;
  if (typeof key !== "string" || !COOKIE_NAME.test(key)) {
    throw new ConfigError(
      "key",
      `key must be a cookie name of 1 to 256 letters, digits and !#$%&'*+-.^_\`|~; got ${shown(key)}.`,
    );
  }
  // RFC 6265bis 4.1.3: browsers match the prefixes without regard to case.
  const prefix = key.toLowerCase();
  if (prefix.startsWith("__host-") && !hostPossible) {
    throw new ConfigError(
      "key",
      "A `__Host-` cookie needs secure: true, path / and no cookieDomain; browsers drop it otherwise.",
    );
  }
  if (prefix.startsWith("__secure-") && !base.secure) {
    throw new ConfigError("key", "A `__Secure-` cookie needs secure: true; browsers drop it otherwise.");
  }
  return key;
}

/** A domain without a leading dot, a port or a scheme. Also used for a session's own override. */
export function cookieDomain(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && COOKIE_DOMAIN.test(value)) return value;
  throw new ConfigError(
    "cookieDomain",
    `cookieDomain must be a host name such as "example.com"; got ${shown(value)}.`,
  );
}

/** An absolute path. Also used for a session's own override. */
export function cookiePath(value: unknown): string {
  if (value === undefined) return "/";
  if (typeof value === "string" && COOKIE_PATH.test(value)) return value;
  throw new ConfigError(
    "cookiePath",
    `cookiePath must start with /, be plain ASCII (encodeURI helps) and have no semicolon; got ${shown(value)}.`,
  );
}

/** true, false, seconds or an instant. Also used for a session's own override. */
export function cookieExpires(value: unknown): CookieExpires {
  if (value === undefined) return true;
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new ConfigError(
    "cookieExpires",
    "cookieExpires must be true (until the browser closes), false (as long as browsers allow), a number of seconds " +
      `greater than 0, or a valid Date; got ${value instanceof Date ? "an invalid Date" : shown(value)}.`,
  );
}
