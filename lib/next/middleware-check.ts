import { runtime } from "#primitives";
import type { CookieJar } from "../cookie/jar.ts";
import type { EndReason } from "../events.ts";
import type { Config, Limits } from "../options/config.ts";
import { StampedCookie } from "../session/backing/stamped-cookie.ts";
import { deadline, expiry, touchDue } from "../session/clocks.ts";
import { reportEnd } from "../session/endings.ts";
import { openSession } from "../session/open.ts";
import { limitsOf } from "../session/overrides.ts";

/** What middleware knows of a live session. */
export interface MiddlewareSession {
  /** Public id. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** The access before this request, epoch milliseconds. */
  readonly lastAccessed: number | null;
  /** Epoch milliseconds, or null without limits. */
  readonly expiresAt: number | null;
}

/** A live session, or why there is none. */
export type Check =
  | { readonly status: "live"; readonly session: MiddlewareSession }
  | {
      readonly status: "ended";
      readonly reason: EndReason;
      /** Drops its cookie, by the domain and path it was set with. */
      readonly expire: () => Promise<void>;
    }
  | { readonly status: "missing" };

/**
 * Checks the session of a request, and refreshes it if `touch` is true and it is due: fully on Node.js and for
 * cookie sessions; on the Edge, where a store may be out of reach, by the signed stamps in the cookie and `isRevoked`.
 */
export function checkSession(config: Config, jar: CookieJar, touch: boolean): Promise<Check> {
  return runtime === "edge" && config.store
    ? checkStamps(config, jar, touch)
    : checkFully(config, jar, touch);
}

async function checkFully(config: Config, jar: CookieJar, touch: boolean): Promise<Check> {
  const { engine } = openSession(config, jar);
  try {
    await engine.load(touch);
  } catch (error) {
    // `invalidateCorrupt: false`, and no cookie of ours: nobody's data is at stake, and whoever has it could not get rid
    // of it. A session of ours that cannot be read has an id, or has not ended at all.
    if (!engine.ended || engine.ended.id) throw error;
  }
  if (!engine.state.isNew) {
    const { created, lastAccessed, expiresAt } = engine.state;
    return { status: "live", session: { id: engine.id, created, lastAccessed, expiresAt } };
  }
  if (!engine.ended) return { status: "missing" };
  return { status: "ended", reason: engine.ended.reason, expire: () => engine.end("deleted") };
}

/** With rotation nobody refreshes the stamps here, so they cannot tell how long a session was idle. */
function stampLimits(config: Config, timeout: number | null | undefined): Limits {
  const limits = limitsOf(config.limits, timeout);
  return config.rotation.rotateEvery === null ? limits : { ...limits, timeout: null };
}

/** Exported for its test alone: use {@link checkSession}. */
export async function checkStamps(config: Config, jar: CookieJar, touch: boolean): Promise<Check> {
  const cookie = new StampedCookie(config, jar);
  const ended = (reason: EndReason): Check => ({
    status: "ended",
    reason,
    expire: async () => void cookie.expire(),
  });
  const value = cookie.look();
  if (value === undefined) return { status: "missing" };
  const stamped = await cookie.read(value);
  if (!stamped) {
    config.emit?.({ type: "corrupt", reason: "seal" });
    return ended("invalid");
  }
  const now = config.now();
  const limits = stampLimits(config, stamped.overrides.timeout);
  const { id, created, accessed } = stamped;
  const reason =
    expiry(now, stamped, limits) ??
    // Whose session it is stands in its data, which is in the store.
    ((await config.isRevoked?.({ id, created, subject: undefined })) && "revoked");
  if (reason) {
    reportEnd(config, { status: "ended", reason, id });
    return ended(reason);
  }
  // After a rotation a late answer from here could bring the old token back: then handlers and actions refresh it.
  const mayWrite = touch && config.saveAccessedTime && config.rotation.rotateEvery === null;
  if (mayWrite && touchDue(now, accessed, limits)) {
    await cookie.write({ ...stamped, accessed: now });
  }
  const expiresAt = deadline({ created, accessed: now }, limits);
  return { status: "live", session: { id, created, lastAccessed: accessed, expiresAt } };
}
