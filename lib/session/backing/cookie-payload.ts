import { utf8Decode, utf8Encode } from "#primitives";
import { decodeMeta, encodeMeta, type Meta } from "../overrides.ts";
import { readUint48, readVarint, UINT48_BYTES, writeUint48, writeVarint } from "./binary.ts";

/**
 * What a cookie session's cookie holds, before sealing. Every byte costs 1.33 in the cookie, so the usual header
 * is 20 bytes: flags, created (6), nonce (7), accessed (6). Its length never depends on the clock: a session that
 * fitted when it was saved fits at every later touch.
 *
 * `created` and the nonce together are the session's identity: 56 random bits within one millisecond.
 */
export interface CookiePayload {
  readonly nonce: Uint8Array;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Epoch milliseconds. */
  readonly accessed: number;
  readonly meta: Meta;
  /** Serialised data. */
  readonly text: string;
}

/** Random bytes of a cookie session's identity. */
export const NONCE_BYTES = 7;

const HAS_META = 1;
const HEADER_BYTES = 1 + UINT48_BYTES + NONCE_BYTES + UINT48_BYTES;
const NOTHING = new Uint8Array(0);

export function encodePayload(payload: CookiePayload): Uint8Array {
  const meta = frame(encodeMeta(payload.meta));
  const bytes = utf8Encode(payload.text, HEADER_BYTES + meta.length);
  bytes[0] = meta.length > 0 ? HAS_META : 0;
  const end = writeUint48(bytes, 1, payload.created);
  bytes.set(payload.nonce, end);
  writeUint48(bytes, end + NONCE_BYTES, payload.accessed);
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
  const flags = bytes[0];
  if (flags !== 0 && flags !== HAS_META) throw new RangeError("Unknown cookie payload.");
  const created = readUint48(bytes, 1);
  const nonceAt = 1 + UINT48_BYTES;
  // Not `slice`: a Buffer's is a view, which would keep all of the plaintext.
  const nonce = new Uint8Array(bytes.subarray(nonceAt, nonceAt + NONCE_BYTES));
  const accessed = readUint48(bytes, nonceAt + NONCE_BYTES);
  let end = HEADER_BYTES;
  let meta: Meta = {};
  if (flags === HAS_META) {
    const [length, start] = readVarint(bytes, end);
    end = start + length;
    meta = decodeMeta(text(bytes.subarray(start, end)));
  }
  return { nonce, created, accessed, meta, text: text(bytes.subarray(end)) };
}

function text(bytes: Uint8Array): string {
  const decoded = utf8Decode(bytes);
  if (decoded === undefined) throw new RangeError("Cookie payload is not UTF-8.");
  return decoded;
}
