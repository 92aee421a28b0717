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
const MAX_HEADER = 1 + UINT48_BYTES + NONCE_BYTES + UINT48_BYTES + 8;

export function encodePayload(payload: CookiePayload): Uint8Array {
  const meta = utf8Encode(encodeMeta(payload.meta));
  const text = utf8Encode(payload.text);
  const bytes = new Uint8Array(MAX_HEADER + meta.length + text.length);
  bytes[0] = meta.length > 0 ? HAS_META : 0;
  let end = writeUint48(bytes, 1, payload.created);
  bytes.set(payload.nonce, end);
  end = writeUint48(bytes, end + NONCE_BYTES, payload.accessed);
  if (meta.length > 0) {
    end = writeVarint(bytes, end, meta.length);
    bytes.set(meta, end);
    end += meta.length;
  }
  bytes.set(text, end);
  return bytes.subarray(0, end + text.length);
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
  const nonce = bytes.slice(nonceAt, nonceAt + NONCE_BYTES);
  const accessed = readUint48(bytes, nonceAt + NONCE_BYTES);
  let end = nonceAt + NONCE_BYTES + UINT48_BYTES;
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
