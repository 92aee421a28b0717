import type { NewRecord, StoredRecord } from "../store.ts";
import { decode, type EndMark, encodeEnd, encodeRecord, type Item, type RecordItem } from "./format.ts";
import type { ItemStorage } from "./options.ts";

/** Longer than any request that may still hold a record which was deleted, milliseconds. */
const END_REMEMBERED = 10 * 60_000;
/** How much later than the record's own expiry the driver may drop it, seconds. */
const TTL_MARGIN = 60;
/** A half-written item is read again so many times, so many milliseconds apart. */
const REREADS = 20;
const REREAD_PAUSE = 10;

/** The items of sessions in unstorage's storage: what is in them and where they are. */
export class Items {
  readonly #storage: ItemStorage;
  readonly #base: string;

  constructor(storage: ItemStorage, base: string) {
    this.#storage = storage;
    this.#base = base;
  }

  async record(name: string): Promise<RecordItem | undefined> {
    const item = await this.read(this.#recordKey(name));
    return item && !("ended" in item) ? item : undefined;
  }

  async write(name: string, record: NewRecord, version: string, incarnation: string): Promise<void> {
    const { accessedAt, expiresAt } = record;
    const options = expiresAt === null ? {} : { ttl: secondsUntil(expiresAt, accessedAt) };
    await this.#storage.setItem(this.#recordKey(name), encodeRecord(record, version, incarnation), options);
  }

  /** Removes the record, after telling whoever is about to write over it that this one has ended. */
  async end(name: string, { incarnation }: RecordItem): Promise<void> {
    const now = Date.now();
    const mark = { ended: incarnation, expiresAt: now + END_REMEMBERED };
    await this.#storage.setItem(this.#endKey(name), encodeEnd(mark), {
      ttl: secondsUntil(mark.expiresAt, now),
    });
    await this.remove(this.#recordKey(name));
  }

  /**
   * To be asked after a write: whether the record that was written over has been deleted since it was read. If so the
   * write is undone.
   *
   * Both sides write first and look afterwards, the deletion at the record and the write at the mark, so that one of
   * them sees the other in whatever order their steps come.
   */
  async endedMeanwhile(name: string, { incarnation }: RecordItem): Promise<boolean> {
    const text = await this.#storage.getItem(this.#endKey(name));
    if (text === null || text === undefined) return false;
    const mark = decode(text);
    // One that is being written at this moment counts.
    if (mark && (mark as EndMark).ended !== incarnation) return false;
    await this.remove(this.#recordKey(name));
    return true;
  }

  /** undefined where there is no item, or none of ours. */
  async read(key: string): Promise<Item | undefined> {
    for (let left = REREADS; ; left--) {
      const text = await this.#storage.getItem(key);
      if (text === null || text === undefined) return undefined;
      const item = decode(text);
      if (item || left === 0) return item;
      await new Promise((resolve) => setTimeout(resolve, REREAD_PAUSE));
    }
  }

  async remove(key: string): Promise<void> {
    await this.#storage.removeItem(key);
  }

  removeRecord(name: string): Promise<void> {
    return this.remove(this.#recordKey(name));
  }

  /** Of all items, marks included. */
  async keys(): Promise<string[]> {
    return this.#storage.getKeys(`${this.#base}:`);
  }

  #recordKey(name: string): string {
    return `${this.#base}:record:${name}`;
  }

  #endKey(name: string): string {
    return `${this.#base}:end:${name}`;
  }
}

/**
 * What the key is called in storage: a SHA-256 in hexadecimal. unstorage takes `/`, `\`, `?`, `$` and `.` in keys for
 * its own, and drivers add the rules of file systems: case that counts for nothing, names that are too long.
 */
export async function nameOf(key: string): Promise<string> {
  // As JSON, which tells lone surrogates apart.
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The name that an item's key ends with. */
export function nameIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

export function storedOf({ incarnation: _, ...record }: RecordItem): StoredRecord {
  return record;
}

// From the instant that the caller takes for now: the record's clock, not this machine's, says how long it lasts.
function secondsUntil(expiresAt: number, now: number): number {
  return Math.max(1, Math.ceil((expiresAt - now) / 1000)) + TTL_MARGIN;
}
