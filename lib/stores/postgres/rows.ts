/** How a record lies in its row. */
import { encodeBase64url } from "../../seal/base64url.ts";
import type { NewRecord, StoredRecord } from "../store.ts";

/** A row as the drivers give it: one makes a string of a bigint, another a number. */
export interface Row {
  readonly version: string | number | bigint;
  readonly created_at: number;
  readonly accessed_at: number;
  readonly expires_at: number | null;
  /** Base64. */
  readonly subject: string | null;
  readonly value: string;
}

/** The values in the order of the statements that write. */
export function columnsOf(key: string, record: NewRecord, version: number): unknown[] {
  const { createdAt, accessedAt, expiresAt, subject, value } = record;
  const owner = subject === undefined ? null : boundKey(subject);
  return [boundKey(key), version, createdAt, accessedAt, expiresAt, owner, escaped(value)];
}

/** The record in a row. */
export function recordOf(row: Row): StoredRecord {
  return {
    value: unescaped(row.value),
    createdAt: Number(row.created_at),
    accessedAt: Number(row.accessed_at),
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    subject: row.subject === null ? undefined : keyOf(row.subject),
    version: String(row.version),
  };
}

/** 32 bytes in base64url as `encode` writes them: the last of 43 letters has two bits to spare, which are zero. */
const HASH = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * A key as base64, which all drivers send as a plain text; the statements decode it into a `bytea`. A hash lies there
 * as the 32 bytes that it says, which saves 22 bytes a record between table and index. Any other key is stored as
 * UTF-16 and one more byte: an odd number of them, so that it never meets a hash, and it may hold what `text` may not
 * (NUL, half a surrogate pair).
 */
export function boundKey(key: string): string {
  if (HASH.test(key)) return `${key.replaceAll("-", "+").replaceAll("_", "/")}=`;
  let bytes = "";
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    bytes += String.fromCharCode(unit >> 8, unit & 0xff);
  }
  return btoa(`${bytes}\0`);
}

/** The key that was bound: the reverse of {@link boundKey}. `encode` breaks lines, and `atob` overlooks that. */
export function keyOf(bound: string): string {
  const bytes = atob(bound);
  if (bytes.length === 32) return encodeBase64url(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  let key = "";
  for (let at = 0; at < bytes.length - 1; at += 2) {
    key += String.fromCharCode((bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1));
  }
  return key;
}

// What a `text` cannot hold, and the mark that stands for it. No serializer of ours writes any of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
const UNFIT = /[\0\x01\p{Surrogate}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the mark.
const ESCAPED = /\x01([0-9a-f]{4})/g;

function escaped(value: string): string {
  return value.replace(UNFIT, (unit) => `\x01${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
