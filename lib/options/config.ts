import type { CookieBase, CookieExpires } from "../cookie/attributes.ts";
import type { SessionEvent } from "../events.ts";
import type { Serializer } from "../serialize/serializer.ts";
import type { SessionStore } from "../stores/store.ts";
import type { Keys } from "./keys.ts";
import type { RevocationInfo } from "./options.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** Options after checking, with every default filled in: what the rest of the library works from. */
export interface Config {
  /** undefined: the cookie holds everything. */
  readonly store: SessionStore | undefined;
  /** false: no cookie is read or written; sessions are known by their ids alone. */
  readonly useCookies: boolean;
  /** The cookie's name as sent. */
  readonly cookieName: string;
  readonly cookie: CookieBase;
  readonly cookieExpires: CookieExpires;
  readonly cookieChunks: number;
  readonly keys: Keys;
  /** Milliseconds. */
  readonly limits: Limits;
  readonly saveAccessedTime: boolean;
  readonly invalidateCorrupt: boolean;
  readonly serializer: Serializer;
  readonly schema: StandardSchema | undefined;
  readonly version: number;
  readonly migrate: ((old: Record<string, unknown>, fromVersion: number) => object) | undefined;
  readonly subject: SubjectRules | undefined;
  readonly rotation: {
    /** Milliseconds, or null. */
    readonly rotateEvery: number | null;
    /** Milliseconds. */
    readonly grace: number;
  };
  readonly auto: boolean;
  readonly isRevoked: ((info: RevocationInfo) => boolean | Promise<boolean>) | undefined;
  readonly onStoreError: "throw" | "anonymous";
  /** How long one call of the store may take, milliseconds, or null. */
  readonly storeTimeout: number | null;
  /** Absent where nobody listens: then what an event would say is not even worked out. */
  readonly emit: ((event: Omit<SessionEvent, "at">) => void) | undefined;
  readonly now: () => number;
}

/** Whose sessions they are, and how many each may have. */
export interface SubjectRules {
  readonly of: (data: Record<string, unknown>) => string | undefined;
  readonly max: number | null;
  readonly onLimit: "revoke-oldest" | "reject";
}

/** How long it may last. */
export interface Limits {
  /** Idle limit, milliseconds. */
  readonly timeout: number | null;
  /** Limit since creation, milliseconds. */
  readonly absoluteTimeout: number | null;
  /** A mere read is written down at most this often, milliseconds. */
  readonly touchInterval: number;
}
