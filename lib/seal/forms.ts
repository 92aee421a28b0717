/** The two forms in which bytes leave us: sealed (nobody else can read them) and signed (anybody can). */

import type { CreateProtection } from "./protection.ts";
import { createSignature } from "./signature.ts";
import { createXaes } from "./xaes.ts";

/** A way to protect bytes. */
export interface Form {
  /** First byte on the wire. Another algorithm will take another one (ASVS V11.2.2, crypto agility). */
  readonly version: number;
  /** Keeps the keys of the two forms apart. */
  readonly use: "seal" | "sign";
  /** Makes a key ready. */
  readonly create: CreateProtection;
}

/** `0x01 || hint || nonce (24) || ciphertext || tag (16)`: XAES-256-GCM. */
export const sealed: Form = { version: 0x01, use: "seal", create: createXaes };

/** `0x02 || hint || payload || tag (32)`: HMAC-SHA256. */
export const signed: Form = { version: 0x02, use: "sign", create: createSignature };
