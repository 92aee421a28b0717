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
  const iv = nonce();
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const body = cipher.update(JSON.stringify(data), "utf8");
  const rest = cipher.final();
  return Buffer.concat([iv, body, rest, cipher.getAuthTag()]).toString("base64url");
}

/** The reverse of {@link sealRaw}. */
export function unsealRaw(sealed: string): Payload {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE));
  decipher.setAuthTag(bytes.subarray(-TAG));
  const body = decipher.update(bytes.subarray(NONCE, -TAG));
  return JSON.parse(Buffer.concat([body, decipher.final()]).toString("utf8"));
}

export const floor: Codec = {
  label: "floor: AES-256-GCM",
  encrypted: true,
  seal: sealRaw,
  unseal: unsealRaw,
};
