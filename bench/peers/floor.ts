/** What any encrypted cookie costs on this Node at the least: nothing here that could be left out. */
import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync } from "node:crypto";
import { type Codec, KEY, type Payload } from "./codec.ts";

const key = createSecretKey(KEY);
const NONCE = 12;
const TAG = 16;

const pool = Buffer.alloc(4096);
let next = pool.length;

function nonce(): Buffer {
  if (next + NONCE > pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += NONCE;
  return pool.subarray(next - NONCE, next);
}

/** Synchronous AES-256-GCM with its key and nonces at hand, JSON, base64url. */
export function sealRaw(data: Payload): string {
  return sealText(JSON.stringify(data));
}

/** The reverse of {@link sealRaw}. */
export function unsealRaw(text: string): Payload {
  return JSON.parse(unsealText(text));
}

/** The same for what is text already. */
export function sealText(text: string): string {
  const iv = nonce();
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const body = cipher.update(text, "utf8");
  const rest = cipher.final();
  return Buffer.concat([iv, body, rest, cipher.getAuthTag()]).toString("base64url");
}

/** The reverse of {@link sealText}. */
export function unsealText(sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE));
  decipher.setAuthTag(bytes.subarray(-TAG));
  const body = decipher.update(bytes.subarray(NONCE, -TAG));
  return Buffer.concat([body, decipher.final()]).toString("utf8");
}

export const floor: Codec = {
  label: "floor: AES-256-GCM",
  encrypted: true,
  seal: sealRaw,
  unseal: unsealRaw,
};
