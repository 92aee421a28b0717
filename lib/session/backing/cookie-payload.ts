import { randomBytes, utf8Behind, utf8Decode, utf8Encode } from "#primitives";
import { decodeMeta, encodeMeta, type Meta, NO_META } from "../overrides.ts";
import { readUint48, readVarint, UINT48_BYTES, writeUint48, writeVarint } from "./binary.ts";

/**
 * What a cookie session's cookie holds, before sealing. Every byte costs 1.33 in the cookie, so the usual header
 * is 18 bytes: flags and created (6), nonce (6), accessed (6). Its length never depends on the clock: a session that
 * fitted when it was saved fits at every later touch.
 *
 * `created` and the nonce together are the session's identity: 48 random bits within one millisecond.
 */
export interface CookiePayload {
  /** 48 random bits. A number, since bytes would cost each session an object of ten times their size. */
  readonly nonce: number;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Epoch milliseconds. */
  readonly accessed: number;
  readonly meta: Meta;
  /** Serialised data. */
  readonly text: string;
}

/** A new cookie session's part of its identity. */
export function newNonce(): number {
  return readUint48(randomBytes(UINT48_BYTES), 0);
}

// Epoch milliseconds fit 46 bits until the year 4199, so the upper two of 48 are flags. The uppermost is free.
const FLAG = 2 ** 46;
const HAS_META = 1;

const NONCE_AT = UINT48_BYTES;
const ACCESSED_AT = NONCE_AT + UINT48_BYTES;
const HEADER_BYTES = ACCESSED_AT + UINT48_BYTES;
const NOTHING = new Uint8Array(0);

export function encodePayload(payload: CookiePayload): Uint8Array {
  const meta = frame(encodeMeta(payload.meta));
  const bytes = utf8Behind(HEADER_BYTES + meta.length, payload.text);
  writeUint48(bytes, 0, payload.created + (meta.length > 0 ? HAS_META * FLAG : 0));
  writeUint48(bytes, NONCE_AT, payload.nonce);
  writeUint48(bytes, ACCESSED_AT, payload.accessed);
  bytes.set(meta, HEADER_BYTES);
  return bytes;
}

/** The text's bytes behind their number; nothing for no text. */
function frame(text: string): Uint8Array {
  if (text === "") return NOTHING;
  const bytes = utf8Encode(text);
  const framed = new Uint8Array(8 + bytes.length);
  const start = writeVarint(framed, 0, bytes.length);
  framed.set(bytes, start);
  return framed.subarray(0, start + bytes.length);
}

/**
 * The reverse of {@link encodePayload}.
 *
 * @throws {Error} if the bytes, though authentic, are not such a payload.
 */
export function decodePayload(bytes: Uint8Array): CookiePayload {
  const first = readUint48(bytes, 0);
  // Of the first byte: dividing numbers of more than 32 bits takes as long as all the rest.
  const flags = bytes[0]! >> 6;
  if (flags > HAS_META) throw new RangeError("Unknown cookie payload.");
  const created = first - flags * FLAG;
  const nonce = readUint48(bytes, NONCE_AT);
  const accessed = readUint48(bytes, ACCESSED_AT);
  let end = HEADER_BYTES;
  let meta = NO_META;
  if (flags === HAS_META) {
    const [length, start] = readVarint(bytes, end);
    end = start + length;
    meta = decodeMeta(textFrom(bytes.subarray(0, end), start));
  }
  return { nonce, created, accessed, meta, text: textFrom(bytes, end) };
}

function textFrom(bytes: Uint8Array, start: number): string {
  const decoded = utf8Decode(bytes, start);
  if (decoded === undefined) throw new RangeError("Cookie payload is not UTF-8.");
  return decoded;
}
