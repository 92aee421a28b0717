import { LockTimeoutError, SessionError, StoreUnavailableError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import { chain, isPromise, type MaybePromise } from "../../seal/maybe-promise.ts";
import { ask } from "../../stores/immediate.ts";
import type {
  LockOptions,
  NewRecord,
  SessionStore,
  SetCondition,
  StoredEntry,
  StoredRecord,
  StoreLock,
} from "../../stores/store.ts";
import { within } from "../../stores/within.ts";
import { disposableAt, type Stamps } from "../clocks.ts";
import { limitsOf, type Meta } from "../overrides.ts";
import {
  decodeRecord,
  encodeRecord,
  encodeReplaced,
  type RecordContent,
  type Replaced,
} from "./record-text.ts";

/** How long an id that was replaced is remembered, milliseconds: longer than any request that may still hold it. */
const REPLACED_FOR = 10 * 60_000;

/** A record as read: what the store gave, and what it says. */
export interface OpenRecord extends Stamps {
  readonly version: string;
  readonly subject: string | undefined;
  readonly content: RecordContent;
  /** It was sealed with an `encryptKey` that is not the first any more. */
  readonly outdated: boolean;
}

/** What is written under an id. */
export interface LiveContent extends Stamps {
  readonly meta: Meta;
  readonly text: string;
  readonly subject?: string | undefined;
}

/**
 * The store as sessions use it: seals and opens values where `encryptKey` asks for it, knows when a record may be
 * dropped, waits no longer than `storeTimeout`, and turns every failure into a `StoreUnavailableError` that is
 * reported once.
 */
export class Records {
  readonly #config: Config;
  readonly #store: SessionStore;

  constructor(config: Config, store: SessionStore) {
    this.#config = config;
    this.#store = store;
  }

  /**
   * @throws {StoreUnavailableError} with the store's own error as its cause.
   * @throws {SyntaxError} when the record cannot be read.
   */
  get(id: string): MaybePromise<OpenRecord | undefined> {
    const found = this.#call(id, () => ask(this.#store, this.#store.get, id));
    return chain(found, (record) => record && this.#open(id, record));
  }

  /** Gives the new version, or false when the condition does not hold. */
  set(id: string, content: LiveContent, when: SetCondition): MaybePromise<string | false> {
    return chain(this.#seal(id, encodeRecord(content.meta, content.text)), (value) => {
      const record = { value, ...this.#instants(content, content.meta), subject: content.subject };
      return this.#put(id, record, when);
    });
  }

  /** Puts a note in the place of a record that has moved to another id. */
  async replace(
    id: string,
    stamps: Stamps,
    version: string,
    now: number,
    replaced: Replaced,
  ): Promise<string | false> {
    const value = await this.#seal(id, encodeReplaced(replaced));
    const instants = { createdAt: stamps.created, accessedAt: now, expiresAt: now + REPLACED_FOR };
    return this.#put(id, { value, ...instants }, { version });
  }

  touch(id: string, stamps: Stamps, meta: Meta): MaybePromise<boolean> {
    const { accessedAt, expiresAt } = this.#instants(stamps, meta);
    return this.#call(id, () => ask(this.#store, this.#store.touch, id, accessedAt, expiresAt));
  }

  async delete(id: string): Promise<boolean> {
    return this.#call(id, () => this.#store.delete(id));
  }

  get storeName(): string {
    return this.#store.name;
  }

  /** Whether the store has locks. */
  get canLock(): boolean {
    return this.#store.lock !== undefined;
  }

  /**
   * Takes the lock on a session, or on another key (then `id` is empty). Only for a store that has locks.
   *
   * @throws {LockTimeoutError} when it was not free in time; the signal's reason when aborted.
   */
  async lock(key: string, options: Omit<LockOptions, "timeout">, id: string = key): Promise<StoreLock> {
    const { storeTimeout: timeout } = this.#config;
    let lock: StoreLock;
    try {
      const taken = (this.#store as Required<SessionStore>).lock(key, { ...options, timeout });
      const limit = timeout === null ? null : timeout + options.wait;
      lock = await within(limit, this.#name, taken, (late) => void late.release().catch(() => {}));
    } catch (error) {
      // Neither is a failure of the store.
      if (error instanceof LockTimeoutError || options.signal?.aborted) throw error;
      throw this.#failed(id, error);
    }
    return {
      renew: async () => this.#call(id, () => lock.renew()),
      // Where the store cannot be told, the lease frees it; what the lock was held for is done all the same.
      release: async () => {
        try {
          await this.#call(id, () => lock.release());
        } catch {}
      },
    };
  }

  /** Removes at most `limit` records that expired before `now`; gives how many. Takes the time that it takes. */
  async prune(now: number, limit: number): Promise<number> {
    try {
      return (await this.#store.prune?.(now, limit)) ?? 0;
    } catch (error) {
      throw this.#failed("", error);
    }
  }

  #put(id: string, record: NewRecord, when: SetCondition): MaybePromise<string | false> {
    return this.#call(id, () => ask(this.#store, this.#store.set, id, record, when));
  }

  #instants(stamps: Stamps, meta: Meta): Pick<NewRecord, "createdAt" | "accessedAt" | "expiresAt"> {
    const limits = limitsOf(this.#config.limits, meta.timeout);
    return {
      createdAt: stamps.created,
      accessedAt: stamps.accessed,
      expiresAt: disposableAt(stamps, limits),
    };
  }

  #seal(id: string, value: string): MaybePromise<string> {
    const { keys, cookieName } = this.#config;
    if (!keys.records) return value;
    return keys.records.seal("record", cookieName, new TextEncoder().encode(value), id);
  }

  /** Every live record of a subject, with its id. Records that cannot be read are left out. */
  async *list(subject: string): AsyncGenerator<OpenRecord & { readonly id: string }> {
    for await (const entry of this.entries(subject)) {
      const open = await this.#openIfPossible(entry);
      if (open?.content.kind === "live") yield { ...open, id: entry.key };
    }
  }

  /** What the store holds of a subject, as it is. */
  async *entries(subject: string): AsyncGenerator<StoredEntry> {
    const entries = await this.#call("", async () => this.#store.list?.(subject)[Symbol.asyncIterator]());
    if (!entries) return;
    try {
      for (;;) {
        const { done, value: entry } = await this.#call("", () => entries.next());
        if (done) return;
        yield entry;
      }
    } finally {
      // Not awaited: a generator that waits for a dead store returns after it.
      void Promise.resolve(entries.return?.()).catch(() => {});
    }
  }

  #open(id: string, record: StoredRecord): MaybePromise<OpenRecord> {
    const { keys, cookieName } = this.#config;
    if (!keys.records) return opened(record, record.value, false);
    return chain(keys.records.open("record", cookieName, record.value, id), (unsealed) => {
      if (!unsealed) throw new SyntaxError("The record was not sealed with any `encryptKey` for this id.");
      return opened(record, new TextDecoder().decode(unsealed.bytes), !unsealed.current);
    });
  }

  async #openIfPossible(entry: StoredEntry): Promise<OpenRecord | undefined> {
    try {
      return await this.#open(entry.key, entry);
    } catch {
      return undefined;
    }
  }

  #call<T>(id: string, operation: () => MaybePromise<T>): MaybePromise<T> {
    let answer: MaybePromise<T>;
    try {
      answer = operation();
    } catch (error) {
      throw this.#failed(id, error);
    }
    // Who has answered already needs no clock.
    return isPromise(answer) ? this.#wait(id, answer) : answer;
  }

  async #wait<T>(id: string, answer: Promise<T>): Promise<T> {
    try {
      return await within(this.#config.storeTimeout, this.#name, answer);
    } catch (error) {
      throw this.#failed(id, error);
    }
  }

  get #name(): string {
    return `The session store "${this.#store.name}"`;
  }

  #failed(id: string, error: unknown): SessionError {
    this.#config.emit?.({ type: "store-error", error, ...(id ? { id } : {}) });
    if (error instanceof SessionError) return error;
    return new StoreUnavailableError(
      `${this.#name} failed: ${(error instanceof Error ? error.message : String(error)).replace(/\.+$/, "")}. ` +
        "Nothing more was written. Check that it runs and can be reached; see the cause.",
      { cause: error },
    );
  }
}

function opened(record: StoredRecord, value: string, outdated: boolean): OpenRecord {
  return {
    created: record.createdAt,
    accessed: record.accessedAt,
    version: record.version,
    subject: record.subject,
    content: decodeRecord(value),
    outdated,
  };
}
