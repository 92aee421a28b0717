/**
 * What a session rests in. A store knows keys, opaque strings and instants; it never learns about
 * cookies, encryption or the shape of anybody's data.
 *
 * Keys arrive hashed, values serialised (and sealed if asked for), instants as epoch milliseconds.
 * A missing optional method is a capability that `createSessions` sees at start-up.
 */
export interface SessionStore {
  /** Shown in events, errors and the policy: `"memory"`, `"sqlite"`, … */
  readonly name: string;

  /** What cannot be seen from the methods. Left out: all that this interface says. */
  readonly capabilities?: StoreCapabilities | undefined;

  /** The record under `key`, or undefined. May return one past its `expiresAt`: the caller checks the clock. */
  get(key: string): Promise<StoredRecord | undefined>;

  /**
   * Writes the record if `when` holds, as one atomic step, and gives its new version; false when it does not hold.
   * Without `when` it always writes. A record past its `expiresAt` but not yet pruned still counts as present.
   */
  set(key: string, record: NewRecord, when?: SetCondition): Promise<string | false>;

  /** Moves the clocks only: never the value, never the version. False when there is no such record; never brings one back. */
  touch(key: string, accessedAt: number, expiresAt: number | null): Promise<boolean>;

  /** Removes the record. False when there was none. */
  delete(key: string): Promise<boolean>;

  /**
   * Waits for the exclusive hold on `key`, among all who share the store, and takes it for `lease` milliseconds.
   * There need not be a record. If there is one it gets a new version in the same step: whoever held the lock before
   * and comes back late fails its compare-and-set (fencing).
   *
   * @throws {LockTimeoutError} when it was not free within `wait` milliseconds; `signal.reason` when aborted.
   */
  lock?(key: string, options: LockOptions): Promise<StoreLock>;

  /** The records that carry this subject, expired ones included. */
  list?(subject: string): AsyncIterable<StoredEntry>;

  /** Removes at most `limit` records that expired before `before` (epoch milliseconds); gives how many. */
  prune?(before: number, limit: number): Promise<number>;

  /** Releases what the store holds (files, connections). */
  close?(): Promise<void>;
}

/** What a store says about itself where its back end does not allow all that {@link SessionStore} says. */
export interface StoreCapabilities {
  /**
   * Among whom a `set` with a condition is one atomic step: `"shared"`, all who share the store; `"process"`, those of
   * one process only. `createSessions` refuses options that need the former.
   */
  readonly compareAndSet: "shared" | "process";
}

/** `"absent"`: only if there is no record; `"present"`: only over one; `{ version }`: only over just that version. */
export type SetCondition = "absent" | "present" | { readonly version: string };

/** What is written. */
export interface NewRecord {
  /** Opaque to the store. */
  readonly value: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds. */
  readonly accessedAt: number;
  /** Epoch milliseconds, or null for a record that never expires. From here on it may be removed. */
  readonly expiresAt: number | null;
  /** Whose session this is, hashed; absent when the application does not say. */
  readonly subject?: string | undefined;
}

/** What is read back. */
export interface StoredRecord extends NewRecord {
  /** Changes with each `set`, never with `touch`, and is never used again for the same key. */
  readonly version: string;
}

/** What `list` gives. */
export interface StoredEntry extends StoredRecord {
  readonly key: string;
}

/** How long to wait for a lock, and how long to hold it unless renewed. */
export interface LockOptions {
  /** Milliseconds. */
  readonly wait: number;
  /** Milliseconds. */
  readonly lease: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds that the store may take over one step of waiting, renewing or releasing; null or absent: no limit.
   * Waiting for a lock is no failure, waiting for an answer is one.
   *
   * @throws {StoreUnavailableError} from `lock`, `renew` and `release` when it takes longer.
   */
  readonly timeout?: number | null | undefined;
}

/** A lock that is held until released, or until its lease runs out. */
export interface StoreLock {
  /** Starts the lease anew. False when it ran out and the lock was lost: it cannot be had back. */
  renew(): Promise<boolean>;
  /** Frees the lock if it is still held. May be called twice. */
  release(): Promise<void>;
}
