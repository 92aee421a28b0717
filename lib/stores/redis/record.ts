/**
 * How a record lies in Redis: one string, since a hash with a value over 64 bytes costs some 200 bytes more. What
 * scripts touch has a fixed place in front:
 *
 *     1 <created 11> <accessed 11> <expires 11> <token 12> <subject> <value>
 *
 * without the spaces. Instants are base-36 milliseconds; `<subject>` is `-` for none, or its length in base 36, a
 * colon, and itself. The version is `<token><subject>`: from the version that a save names, the store knows whose
 * session it was, and so whether the subject's index needs a write.
 */
import { StoreUnavailableError } from "../../errors.ts";
import type { NewRecord, StoredRecord } from "../store.ts";

const FORMAT = "1";
const INSTANT = 11;
const ACCESSED = 1 + INSTANT;
const EXPIRES = ACCESSED + INSTANT;
const TOKEN = EXPIRES + INSTANT;
const TOKEN_LENGTH = 12;
const SUBJECT = TOKEN + TOKEN_LENGTH;

/** Where things lie, for scripts: offsets in bytes from 0. */
export const LAYOUT: Readonly<Record<"accessed" | "expires" | "token" | "subject", number>> = {
  accessed: ACCESSED,
  expires: EXPIRES,
  token: TOKEN,
  subject: SUBJECT,
};

const NEVER = "z".repeat(INSTANT);
/** The last instant of a `Date`. Later ones are as good as never, and would not fit. */
const LATEST = 8.64e15;

/** Epoch milliseconds within what a record can hold. */
export function whole(instant: number): number {
  return Math.ceil(Math.min(Math.max(instant, 0), LATEST));
}

function encodeInstant(instant: number | null): string {
  return instant === null ? NEVER : whole(instant).toString(36).padStart(INSTANT, "0");
}

function decodeInstant(text: string): number {
  return Number.parseInt(text, 36);
}

/** The two clocks that a touch moves, side by side in the record. */
export function encodeClocks(accessedAt: number, expiresAt: number | null): string {
  return encodeInstant(accessedAt) + encodeInstant(expiresAt);
}

export function encodeRecord(record: NewRecord, version: string): string {
  const clocks = encodeClocks(record.accessedAt, record.expiresAt);
  return FORMAT + encodeInstant(record.createdAt) + clocks + version + record.value;
}

/** @throws {StoreUnavailableError} for what this release did not write. */
export function decodeRecord(text: string): StoredRecord {
  if (!text.startsWith(FORMAT)) {
    throw new StoreUnavailableError(
      "redis store: a record was written by a newer next-beaker, or by another application. " +
        "Upgrade next-beaker, or give redisStore({ prefix }) a prefix of its own.",
    );
  }
  const subject = subjectAt(text, SUBJECT);
  const end = SUBJECT + encodeSubject(subject).length;
  const expires = text.slice(EXPIRES, TOKEN);
  return {
    value: text.slice(end),
    createdAt: decodeInstant(text.slice(1, ACCESSED)),
    accessedAt: decodeInstant(text.slice(ACCESSED, EXPIRES)),
    expiresAt: expires === NEVER ? null : decodeInstant(expires),
    subject,
    version: text.slice(TOKEN, end),
  };
}

function encodeSubject(subject: string | undefined): string {
  return subject === undefined ? "-" : `${subject.length.toString(36)}:${subject}`;
}

/** Whose session it is, by what stands at `start`. */
export function subjectAt(text: string, start: number): string | undefined {
  if (text[start] === "-") return undefined;
  const colon = text.indexOf(":", start);
  return text.slice(colon + 1, colon + 1 + Number.parseInt(text.slice(start, colon), 36));
}

const DRAWN_AT_ONCE = 128;
let drawn = "";
let used = 0;

/**
 * 72 random bits for each write. A counter in the record would begin anew when a key is deleted and made again, or
 * run backwards in a failover that loses the last writes, and an old version would fit.
 */
export function freshToken(): string {
  if (used === drawn.length) {
    // Many at once: asking for randomness takes longer than everything else that a save does here.
    drawn = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(9 * DRAWN_AT_ONCE))));
    used = 0;
  }
  used += TOKEN_LENGTH;
  return drawn.slice(used - TOKEN_LENGTH, used);
}

/** The version of a record with this subject. */
export function versionOf(token: string, subject: string | undefined): string {
  return token + encodeSubject(subject);
}

/** Whose session a version says it is; undefined for what never was a version. */
export function readVersion(version: string): { readonly subject: string | undefined } | undefined {
  const token = version.slice(0, TOKEN_LENGTH);
  if (!/^[\w+/]{12}$/.test(token) || version.length === TOKEN_LENGTH) return undefined;
  const subject = subjectAt(version, TOKEN_LENGTH);
  return versionOf(token, subject) === version ? { subject } : undefined;
}
