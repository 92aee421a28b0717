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

  /** Removes at most `limit` records that expired before `before` (epoch milliseconds); gives how many. */
  prune?(before: number, limit: number): Promise<number>;

  /** Releases what the store holds (files, connections). */
  close?(): Promise<void>;
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
