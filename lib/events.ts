/** Why a session that a request presented is not there. */
export type EndReason =
  /** Not used for longer than `timeout`. */
  | "idle"
  /** Older than `absoluteTimeout`. */
  | "absolute"
  /** Signed by us, but its record is gone (signed out, revoked), or `isRevoked` says so. */
  | "revoked"
  /** Not sealed or signed by any of our secrets, or not readable. */
  | "invalid";

/**
 * What happens to sessions, for logs and metrics. `id` is the public reference: safe to log. The token never
 * appears here.
 */
export interface SessionEvent {
  readonly type:
    | "created"
    | "loaded"
    | "saved"
    | "touched"
    | "expired"
    | "invalidated"
    | "regenerated"
    | "deleted"
    | "corrupt"
    | "unknown-id"
    | "conflict"
    | "store-error";
  /** Public id of the session; absent where none could be read. */
  readonly id?: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /**
   * `expired`: which limit. `corrupt`: what could not be read: `"seal"`, `"data"`, `"schema"`, `"migrate"`. `deleted`:
   * `"limit"` where `maxPerSubject` ended it. `unknown-id`: `"replaced"` where its session has another id by now: a
   * request that was under way, or somebody with a copy of the cookie; absent where there is no such session, or
   * `isRevoked` says so.
   */
  readonly reason?: string;
  /** `conflict`: the top-level keys that two requests changed at once. */
  readonly keys?: readonly string[];
  /** `regenerated`: the new id. */
  readonly newId?: string;
  /** `store-error`, `corrupt`: what went wrong. */
  readonly error?: unknown;
}
