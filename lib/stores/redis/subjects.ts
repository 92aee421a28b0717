import type { StoredEntry } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { KeyNames } from "./keys.ts";
import { indexLifetime } from "./lifetime.ts";
import { decodeRecord } from "./record.ts";
import { ENTER, STRIKE } from "./scripts.ts";

/** Records read at once. */
const BATCH = 100;
/** Entries from which on an index is tidied whenever it has doubled. */
const MANY = 32;
/**
 * Seconds for which an entry is left alone though no record goes with it: the entry is written first, and its record
 * may be on its way for as long as a client keeps commands for a node that is down.
 */
const GRACE = 3600;

/**
 * Whose sessions they are: for each subject a sorted set of session keys, by the time that they were entered. On a
 * cluster it lies in another slot than the sessions, so the two cannot be written in one step. An entry is written
 * before the record that it is for, and never removed while there may be one. What is left behind (the session ended,
 * or the save failed) is dropped by whoever lists, and by whoever enters one session too many.
 */
export class Subjects {
  readonly #connection: Connection;
  readonly #names: KeyNames;

  constructor(connection: Connection, names: KeyNames) {
    this.#connection = connection;
    this.#names = names;
  }

  /** Sent at once, as EVAL: a script that the server has first to be told would let the record overtake it. */
  async enter(subject: string, key: string, accessedAt: number, expiresAt: number | null): Promise<void> {
    const name = this.#names.subject(subject);
    const lifetime = indexLifetime(accessedAt, expiresAt);
    const count = Number(await this.#connection.send(name, "EVAL", ENTER.text, "1", name, key, lifetime));
    // A power of two: each entry is looked at a few times at most, however many there come to be.
    if (count >= MANY && (count & (count - 1)) === 0) this.#tidy(subject).catch(() => {});
  }

  /**
   * Enters it again if its entry is not there, and does not wait for that. A server that evicts keys when its memory is
   * full would soon evict the index, which nobody reads, before the sessions: that it is looked at keeps it as well.
   */
  check(subject: string, key: string, accessedAt: number, expiresAt: number | null): void {
    const name = this.#names.subject(subject);
    const entered = this.#connection.send(name, "ZSCORE", name, key);
    entered
      .then((since) => (since === null ? this.enter(subject, key, accessedAt, expiresAt) : undefined))
      .catch(() => {});
  }

  /** The subject's records, those that it entered first before the others. */
  async *list(subject: string): AsyncGenerator<StoredEntry> {
    const name = this.#names.subject(subject);
    const keys = await this.#connection.list(name, "ZRANGE", name, "0", "-1");
    for (let start = 0; start < keys.length; start += BATCH) {
      const batch = keys.slice(start, start + BATCH);
      const found = await Promise.all(batch.map((key) => this.#read(key)));
      const stale = batch.filter((_, index) => found[index]?.subject !== subject);
      if (stale.length > 0) await this.#connection.run(STRIKE, [name], [String(GRACE), ...stale]);
      for (const entry of found) if (entry?.subject === subject) yield entry;
    }
  }

  async #read(key: string): Promise<StoredEntry | undefined> {
    const name = this.#names.record(key);
    const text = await this.#connection.send(name, "GET", name);
    return text === null ? undefined : { ...decodeRecord(text), key };
  }

  async #tidy(subject: string): Promise<void> {
    for await (const _ of this.list(subject));
  }
}
