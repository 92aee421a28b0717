import type { NewRecord, StoredRecord } from "../store.ts";

/** What one item holds. */
export type Item = RecordItem | EndMark;

/** A session's record. */
export interface RecordItem extends StoredRecord {
  /** Drawn when the record comes into being, and kept over every write: what {@link EndMark} names. */
  readonly incarnation: string;
}

/** The note that a record was deleted, for a writer that had read it before. */
export interface EndMark {
  readonly ended: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const RECORD = "next-beaker record ";
const END = "next-beaker end ";

/*
 * A word first: unstorage, and some drivers, parse whatever looks like JSON, and would give back something else than
 * was written. The value's length: a driver that writes in place (`fs`) shows half a record to whoever reads meanwhile.
 */
export function encodeRecord(record: NewRecord, version: string, incarnation: string): string {
  const { value, createdAt, accessedAt, expiresAt, subject = null } = record;
  const head = [version, incarnation, createdAt, accessedAt, expiresAt, subject, value.length];
  return `${RECORD}${JSON.stringify(head)}\n${value}`;
}

export function encodeEnd({ ended, expiresAt }: EndMark): string {
  return `${END}${JSON.stringify([ended, expiresAt])}`;
}

/** undefined for what is not, or not yet, all there. */
export function decode(text: unknown): Item | undefined {
  if (typeof text !== "string") return undefined;
  try {
    if (text.startsWith(END)) {
      const [ended, expiresAt] = JSON.parse(text.slice(END.length));
      return { ended, expiresAt };
    }
    return text.startsWith(RECORD) ? decodeRecord(text) : undefined;
  } catch {
    return undefined;
  }
}

function decodeRecord(text: string): RecordItem | undefined {
  const line = text.indexOf("\n");
  const head = JSON.parse(text.slice(RECORD.length, line));
  const [version, incarnation, createdAt, accessedAt, expiresAt, subject, length] = head;
  const value = text.slice(line + 1);
  if (line < 0 || value.length !== length) return undefined;
  return { value, createdAt, accessedAt, expiresAt, subject: subject ?? undefined, version, incarnation };
}
