/** The primitives on `node:crypto`: all of them synchronous. */

import { Buffer, isUtf8 } from "node:buffer";
import { GCM_NONCE_BYTES, type Primitives } from "./primitives.ts";

let loaded: typeof import("node:crypto") | undefined;

// At first use rather than by an import, which takes a third of the time that importing the library takes.
function crypto(): typeof import("node:crypto") {
  loaded ??= process.getBuiltinModule("node:crypto");
  return loaded;
}

/** See {@link Primitives.runtime}. */
export const runtime: Primitives["runtime"] = "node";

// performance.md, codecs: a call of randomBytes costs 2 µs more than a slice of a filled pool.
const POOL_BYTES = 4096;
let pool: Uint8Array = new Uint8Array(0);
let drawn = 0;

const GCM_TAG_BYTES = 16;

// RFC 2104, with SHA-256.
const HMAC_BLOCK_BYTES = 64;
const HMAC_BYTES = 32;
const mac = Buffer.alloc(HMAC_BYTES);

// Enough for any cookie session, and no more than a few pages.
const SCRATCH_BYTES = 16_384;

/** See {@link Primitives.randomBytes}. */
export const randomBytes: Primitives["randomBytes"] = (length) => {
  if (length > POOL_BYTES) return crypto().randomFillSync(new Uint8Array(length));
  if (drawn + length > pool.length) {
    // A new pool, never a refill: slices of the old one are still in somebody's hands.
    pool = crypto().randomFillSync(new Uint8Array(POOL_BYTES));
    drawn = 0;
  }
  const start = drawn;
  drawn += length;
  return pool.subarray(start, drawn);
};

/** See {@link Primitives.sha256}. */
export const sha256: Primitives["sha256"] = (data) => crypto().hash("sha256", data, "base64url");

/** See {@link Primitives.hkdf}. */
export const hkdf: Primitives["hkdf"] = (secret, salt, info, length) =>
  new Uint8Array(crypto().hkdfSync("sha256", crypto().createSecretKey(secret), salt, info, length));

/** See {@link Primitives.importHmac}. */
export const importHmac: Primitives["importHmac"] = (bytes) => {
  // A third of the time of `createHmac`, which makes an object for the collector to find, and gives bytes.
  const padded = Buffer.alloc(HMAC_BLOCK_BYTES);
  padded.set(bytes.length > HMAC_BLOCK_BYTES ? crypto().hash("sha256", bytes, "buffer") : bytes);
  const inner = padded.map((byte) => byte ^ 0x36);
  const outer = Buffer.alloc(HMAC_BLOCK_BYTES + HMAC_BYTES);
  outer.set(padded.map((byte) => byte ^ 0x5c));
  return (head, body) => {
    const length = HMAC_BLOCK_BYTES + head.length + body.length;
    const message = length > scratch.length ? Buffer.allocUnsafe(length) : scratch;
    message.set(inner);
    message.set(head, HMAC_BLOCK_BYTES);
    message.set(body, HMAC_BLOCK_BYTES + head.length);
    outer.write(crypto().hash("sha256", message.subarray(0, length), "hex"), HMAC_BLOCK_BYTES, "hex");
    mac.write(crypto().hash("sha256", outer, "hex"), "hex");
    return mac;
  };
};

/** See {@link Primitives.hmacSha1}. */
export const hmacSha1: Primitives["hmacSha1"] = (key, message) =>
  crypto().createHmac("sha1", crypto().createSecretKey(key)).update(message).digest();

/** See {@link Primitives.importGcm}. */
export const importGcm: Primitives["importGcm"] = (bytes) => {
  // performance.md, codecs: a key passed as bytes costs 13 µs more a call.
  const key = crypto().createSecretKey(bytes);
  return {
    seal(head, nonce, plaintext, bound) {
      const cipher = crypto().createCipheriv("aes-256-gcm", key, nonce);
      if (bound.length > 0) cipher.setAAD(bound);
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      return [head, nonce, ciphertext, cipher.getAuthTag()];
    },
    open(box, start, bound) {
      const end = box.length - GCM_TAG_BYTES;
      const text = start + GCM_NONCE_BYTES;
      // Node accepts a tag that was cut short, so the length has to be right before it sees one.
      if (end < text) return undefined;
      const decipher = crypto().createDecipheriv("aes-256-gcm", key, box.subarray(start, text));
      if (bound.length > 0) decipher.setAAD(bound);
      decipher.setAuthTag(box.subarray(end));
      const plaintext = decipher.update(box.subarray(text, end));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return plaintext;
    },
  };
};

/** See {@link Primitives.importBlockCipher}. */
export const importBlockCipher: Primitives["importBlockCipher"] = (bytes) => {
  const key = crypto().createSecretKey(bytes);
  return (blocks) => crypto().createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(blocks);
};

/** See {@link Primitives.equal}. */
export const equal: Primitives["equal"] = (a, b) => a.length === b.length && crypto().timingSafeEqual(a, b);

/** See {@link Primitives.toBase64url}. */
export const toBase64url: Primitives["toBase64url"] = (...parts) => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return asBuffer(only).toString("base64url");
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = length > scratch.length ? Buffer.allocUnsafe(length) : scratch;
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined.toString("base64url", 0, length);
};

// Joins what becomes text at once: no new buffer for each sealed cookie. What is put here is on its way out anyway.
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/** See {@link Primitives.fromBase64url}. */
export const fromBase64url: Primitives["fromBase64url"] = (text) => {
  const bytes = Buffer.from(text, "base64url");
  // Buffer skips whatever it does not know. Only the canonical text comes back as itself.
  return bytes.toString("base64url") === text ? bytes : undefined;
};

/** See {@link Primitives.utf8Encode}. */
export const utf8Encode: Primitives["utf8Encode"] = (text) => Buffer.from(text, "utf8");

/** See {@link Primitives.utf8Behind}. */
export const utf8Behind: Primitives["utf8Behind"] = (room, text) => {
  // UTF-8 takes three bytes at most for a UTF-16 unit.
  if (room + 3 * text.length > draft.length) return Buffer.concat([new Uint8Array(room), Buffer.from(text)]);
  return draft.subarray(0, room + draft.write(text, room));
};

// Neither measured first nor allocated: that took longer than sealing what is written here.
const draft = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/** See {@link Primitives.utf8Decode}. */
export const utf8Decode: Primitives["utf8Decode"] = (bytes, start) => {
  const text = asBuffer(bytes).toString("utf8", start);
  // What is not UTF-8 reads as this character, which few texts have: so only they are looked through once more.
  return text.includes("\uFFFD") && !isUtf8(bytes.subarray(start)) ? undefined : text;
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
