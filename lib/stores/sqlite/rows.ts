/** How a record lies in its row. */
import type { NewRecord, StoredRecord } from "../store.ts";

/** A row as SQLite gives it. */
export interface Row {
  readonly version: number;
  readonly created_at: number;
  readonly accessed_at: number;
  readonly expires_at: number | null;
  readonly subject: string | null;
  readonly value: string;
}

/** The columns in the order of the statements. */
export function columnsOf(
  record: NewRecord,
  version: number,
): [number, number, number, number | null, string | null, string] {
  const { createdAt, accessedAt, expiresAt, subject, value } = record;
  return [version, createdAt, accessedAt, expiresAt, subject ?? null, value];
}

/** The record in a row. */
export function recordOf(row: Row): StoredRecord {
  return {
    value: row.value,
    createdAt: row.created_at,
    accessedAt: row.accessed_at,
    expiresAt: row.expires_at,
    subject: row.subject ?? undefined,
    version: String(row.version),
  };
}

/**
 * A hash in base64url (43 characters) as the 32 bytes that it says, which saves 22 bytes a record between table
 * and index. Any other key as text; a blob never equals a text, so the two kinds cannot meet.
 */
export function boundKey(key: string): Uint8Array | string {
  if (key.length !== 43) return key;
  const bytes = Buffer.from(key, "base64url");
  // Decoding is lenient: only what reads back the same may stand for the key.
  return bytes.toString("base64url") === key ? bytes : key;
}

/** The key that was bound: the reverse of {@link boundKey}. */
export function keyOf(bound: Uint8Array | string): string {
  return typeof bound === "string" ? bound : Buffer.from(bound).toString("base64url");
}
