import { FOREVER_SECONDS } from "../cookie/attributes.ts";
import { MAX_COOKIE_BYTES } from "../cookie/chunks.ts";
import type { Config } from "./config.ts";

/** The effective settings: what an audit asks for (OWASP ASVS 7.1.1). */
export interface Policy {
  readonly kind: "cookie" | "store";
  /** Name of the store; null for a cookie session. */
  readonly store: string | null;
  /** Seconds that one call of the store may take, or null: no limit, or no store. */
  readonly storeTimeout: number | null;
  /** How the cookie's value is protected. */
  readonly protection: "encrypted" | "signed, readable by its user" | "signed token";
  /** Whether records are encrypted at rest. */
  readonly sealedRecords: boolean;
  /** Idle limit, seconds, or null. */
  readonly timeout: number | null;
  /** Limit since creation, seconds, or null. */
  readonly absoluteTimeout: number | null;
  /** Seconds: how much longer than `timeout` a session may last at most. */
  readonly touchInterval: number;
  /** Seconds after which the id changes by itself, or null. */
  readonly rotateEvery: number | null;
  /** How many sessions a subject may have at once, or null. */
  readonly maxPerSubject: number | null;
  readonly cookie: {
    readonly name: string;
    readonly domain: string | null;
    readonly path: string;
    readonly secure: boolean;
    readonly httpOnly: boolean;
    readonly sameSite: "lax" | "strict" | "none";
    readonly partitioned: boolean;
    readonly priority: "low" | "medium" | "high" | null;
    /** `"session"`: until the browser closes; else seconds, or an ISO instant. */
    readonly expires: "session" | number | string;
    /** Bytes of name and value that fit. */
    readonly maxBytes: number;
  };
  /** The same as lines of text. */
  readonly text: string;
}

export function describePolicy(config: Config): Policy {
  const { cookie, limits, keys, store } = config;
  const policy: Omit<Policy, "text"> = {
    kind: store ? "store" : "cookie",
    store: store?.name ?? null,
    storeTimeout: store ? inSeconds(config.storeTimeout) : null,
    protection: store ? "signed token" : keys.readable ? "signed, readable by its user" : "encrypted",
    sealedRecords: keys.records !== undefined,
    timeout: inSeconds(limits.timeout),
    absoluteTimeout: inSeconds(limits.absoluteTimeout),
    touchInterval: limits.touchInterval / 1000,
    rotateEvery: inSeconds(config.rotation.rotateEvery),
    maxPerSubject: config.subject?.max ?? null,
    cookie: {
      name: config.cookieName,
      domain: cookie.domain ?? null,
      path: cookie.path,
      secure: cookie.secure,
      httpOnly: cookie.httpOnly,
      sameSite: cookie.sameSite,
      partitioned: cookie.partitioned,
      priority: cookie.priority ?? null,
      expires: expires(config),
      maxBytes: MAX_COOKIE_BYTES * config.cookieChunks,
    },
  };
  return { ...policy, text: asText(policy) };
}

function inSeconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}

function expires({ cookieExpires }: Config): Policy["cookie"]["expires"] {
  if (cookieExpires === true) return "session";
  if (cookieExpires === false) return FOREVER_SECONDS;
  return cookieExpires instanceof Date ? cookieExpires.toISOString() : cookieExpires;
}

function asText(policy: Omit<Policy, "text">): string {
  const { cookie } = policy;
  const flags = [
    `Path=${cookie.path}`,
    ...(cookie.domain ? [`Domain=${cookie.domain}`] : []),
    ...(cookie.httpOnly ? ["HttpOnly"] : []),
    ...(cookie.secure ? ["Secure"] : []),
    `SameSite=${cookie.sameSite}`,
    ...(cookie.partitioned ? ["Partitioned"] : []),
    ...(cookie.priority ? [`Priority=${cookie.priority}`] : []),
  ].join("; ");
  const until = typeof cookie.expires === "number" ? `${cookie.expires} s` : cookie.expires;
  return [
    `Sessions: ${policy.kind === "store" ? `in the store "${policy.store}"` : "in the cookie"}, cookie ${policy.protection}` +
      `${policy.sealedRecords ? ", records encrypted at rest" : ""}`,
    `Idle limit: ${limit(policy.timeout)}${policy.timeout === null ? "" : `, at most ${policy.touchInterval} s longer`}`,
    `Absolute limit: ${limit(policy.absoluteTimeout)}`,
    `New id: ${policy.rotateEvery === null ? "at regenerate()" : `every ${policy.rotateEvery} s`}`,
    `Sessions of a subject: ${policy.maxPerSubject === null ? "any number" : `at most ${policy.maxPerSubject}`}`,
    `Cookie: ${cookie.name}; ${flags}`,
    `Kept by the browser: ${until === "session" ? "until it closes" : until}; at most ${cookie.maxBytes} bytes`,
  ].join("\n");
}

function limit(seconds: number | null): string {
  return seconds === null ? "none" : `${seconds} s`;
}
