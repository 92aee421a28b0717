import type { EndReason } from "../../events.ts";
import type { SubjectRules } from "../../options/config.ts";
import type { MaybePromise } from "../../seal/maybe-promise.ts";
import type { Values } from "../changes.ts";
import type { HeldLock } from "../held-lock.ts";
import type { LockSettings } from "../locking.ts";
import type { Meta } from "../overrides.ts";

/**
 * Where a session comes from and goes to: its cookie, or a store with a token in the cookie. A backing knows
 * identities, cookies and stores; it never looks inside the data.
 */
export interface Backing {
  /** Public id of the session that was read, or is to be created. */
  readonly id: string;

  /** What this request last knew to be stored. */
  readonly current: Saved | undefined;

  /** Whether the request's cookie holds what this request has neither read nor written: somebody else has set it. */
  readonly cookieIsNews: boolean;

  /** Looks up the session that the request's cookie names. Writes nothing. */
  read(now: number): MaybePromise<Lookup>;

  /** Takes a new identity; writes nothing. */
  renew(now: number): MaybePromise<void>;

  /** Writes a session that does not exist yet, under the identity last taken. */
  create(content: Content): MaybePromise<void>;

  /** Writes over the session that was read. `rebase` is asked when another request saved in between. */
  update(content: Content, rebase: Rebase, cookieChanged: boolean): MaybePromise<void>;

  /** Moves the access time only, over the content last read or written. False when the session has gone. */
  touch(now: number): Promise<boolean>;

  /** Whether the session is still there, under this id or the one that rotation gave it. */
  isLive(): Promise<boolean>;

  /**
   * Reads again what is stored for the session that was read, and goes on from there once `take` has taken it. Throws
   * `SessionGoneError` when it has ended.
   */
  reload(take: (stored: Saved) => Promise<void>): Promise<void>;

  /** Moves the content last read or written to a new identity; the old one is dead. */
  regenerate(now: number): Promise<void>;

  /**
   * The same by the clock, if it is due and can be done now: the old identity leads to the new one for a while. Absent
   * where an old cookie stays as good as a new one, so that nothing is gained (`rotateEvery` is refused there).
   */
  rotate?(now: number): Promise<boolean>;

  /** Whether {@link rotate} has anything to do. */
  mayRotate?(now: number): boolean;

  /**
   * Waits for the lock on this session.
   *
   * @throws {NotSupportedError} where there are no locks.
   */
  lock(settings: LockSettings): Promise<HeldLock>;

  /** Does a write that signs in, and keeps the subject within its limit. Absent where nobody can count. */
  withinLimit?(rules: SubjectRules, subject: string, write: () => MaybePromise<void>): MaybePromise<void>;

  /** Ends the session: the record is gone, the cookie expired. `renew` follows. */
  end(): Promise<void>;
}

/** What `read` finds. */
export type Lookup =
  | ({ readonly status: "found"; readonly accessed: number } & Saved)
  /** No cookie, or an id that another has replaced. */
  | { readonly status: "absent" }
  /** There was a session, or something that claimed to be one. */
  | { readonly status: "ended"; readonly reason: EndReason; readonly id?: string; readonly error?: unknown }
  /** The store is down, and `onStoreError` is `"anonymous"`. */
  | { readonly status: "unreachable"; readonly error: unknown };

/** What outlives a request. */
export interface Saved {
  /** Epoch milliseconds. */
  readonly created: number;
  readonly meta: Meta;
  /** Serialised data. */
  readonly text: string;
  /** Whose session it is, hashed. */
  readonly subject?: string | undefined;
}

/** What is to be written. */
export interface Content extends Saved {
  /** Epoch milliseconds. */
  readonly accessed: number;
  /** The data itself, to say what is large when it does not fit. */
  readonly values: Values;
}

/** Carries this request's changes over onto what another request stored. */
export type Rebase = (theirs: Saved) => MaybePromise<Content>;
