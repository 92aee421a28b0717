/** The primitives on WebCrypto, for edge runtimes: nothing of Node is reachable from here. */

import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { GCM_NONCE_BYTES, type Primitives } from "./primitives.ts";

// WebCrypto refuses shared memory and TypeScript says so; no bytes of ours are ever shared.
type Bytes = Uint8Array<ArrayBuffer>;

const BLOCK_BYTES = 16;

/** See {@link Primitives.runtime}. */
export const runtime: Primitives["runtime"] = "edge";

/** See {@link Primitives.randomBytes}. */
export const randomBytes: Primitives["randomBytes"] = (length) =>
  crypto.getRandomValues(new Uint8Array(length));

/** See {@link Primitives.sha256}. */
export const sha256: Primitives["sha256"] = async (data) =>
  encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", data as Bytes)));

/** See {@link Primitives.hkdf}. */
export const hkdf: Primitives["hkdf"] = async (secret, salt, info, length) => {
  const key = await crypto.subtle.importKey("raw", secret as Bytes, "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: salt as Bytes, info: info as Bytes };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, length * 8));
};

/** See {@link Primitives.importHmac}. */
export const importHmac: Primitives["importHmac"] = async (bytes) => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes as Bytes, algorithm, false, ["sign"]);
  return async (head, body) => new Uint8Array(await crypto.subtle.sign("HMAC", key, concat(head, body)));
};

/** See {@link Primitives.hmacSha1}. */
export const hmacSha1: Primitives["hmacSha1"] = async (bytes, message) => {
  const key = await crypto.subtle.importKey("raw", bytes as Bytes, { name: "HMAC", hash: "SHA-1" }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message as Bytes));
};

/** See {@link Primitives.importGcm}. */
export const importGcm: Primitives["importGcm"] = async (bytes) => {
  const key = await crypto.subtle.importKey("raw", bytes as Bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async seal(head, nonce, plaintext, bound) {
      const algorithm = { name: "AES-GCM", iv: nonce as Bytes, additionalData: bound as Bytes };
      const sealed = await crypto.subtle.encrypt(algorithm, key, plaintext as Bytes);
      return [head, nonce, new Uint8Array(sealed)];
    },
    async open(box, start, bound) {
      const text = start + GCM_NONCE_BYTES;
      const iv = box.subarray(start, text) as Bytes;
      const algorithm = { name: "AES-GCM", iv, additionalData: bound as Bytes };
      try {
        return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, box.subarray(text) as Bytes));
      } catch {
        return undefined;
      }
    },
  };
};

/** See {@link Primitives.importBlockCipher}. */
export const importBlockCipher: Primitives["importBlockCipher"] = async (bytes) => {
  const key = await crypto.subtle.importKey("raw", bytes as Bytes, "AES-CBC", false, ["encrypt"]);
  // C2SP XAES-256-GCM: WebCrypto lacks the bare permutation, but CBC's first block under a zero IV is it.
  const algorithm = { name: "AES-CBC", iv: new Uint8Array(BLOCK_BYTES) };
  return async (blocks) => {
    const encrypted: Promise<ArrayBuffer>[] = [];
    for (let start = 0; start < blocks.length; start += BLOCK_BYTES) {
      const block = blocks.subarray(start, start + BLOCK_BYTES) as Bytes;
      encrypted.push(crypto.subtle.encrypt(algorithm, key, block));
    }
    const outputs = await Promise.all(encrypted);
    return concat(...outputs.map((output) => new Uint8Array(output, 0, BLOCK_BYTES)));
  };
};

/** See {@link Primitives.equal}. */
export const equal: Primitives["equal"] = (a, b) => {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
};

/** See {@link Primitives.toBase64url}. */
export const toBase64url: Primitives["toBase64url"] = (...parts) =>
  encodeBase64url(parts.length === 1 ? parts[0]! : concat(...parts));

/** See {@link Primitives.fromBase64url}. */
export const fromBase64url: Primitives["fromBase64url"] = decodeBase64url;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** See {@link Primitives.utf8Encode}. */
export const utf8Encode: Primitives["utf8Encode"] = (text) => encoder.encode(text);

/** See {@link Primitives.utf8Behind}. */
export const utf8Behind: Primitives["utf8Behind"] = (room, text) =>
  concat(new Uint8Array(room), encoder.encode(text));

/** See {@link Primitives.utf8Decode}. */
export const utf8Decode: Primitives["utf8Decode"] = (bytes, start) => {
  try {
    return decoder.decode(bytes.subarray(start));
  } catch {
    return undefined;
  }
};

function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
