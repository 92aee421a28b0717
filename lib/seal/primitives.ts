import type { MaybePromise } from "./maybe-promise.ts";

/**
 * What a runtime must bring. `primitives.node.ts` and `primitives.web.ts` export exactly these names;
 * everything else imports them as `#primitives`, and package.json's `imports` chooses.
 *
 * Bytes that come out may be views of a larger buffer: never reach for their `.buffer`.
 */
export interface Primitives {
  /** Which of the two variants this is. */
  readonly runtime: "node" | "edge";

  /** Unpredictable bytes, at most 65,536 a call. No byte is ever handed out twice. */
  randomBytes(length: number): Uint8Array;

  /** SHA-256, base64url. */
  sha256(data: Uint8Array): MaybePromise<string>;

  /** HKDF-SHA256 (RFC 5869), extract and expand. `info` of at most 1024 bytes, which is Node's limit. */
  hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): MaybePromise<Uint8Array>;

  /** Makes an HMAC-SHA256 key ready. */
  importHmac(key: Uint8Array): MaybePromise<Hmac>;

  /** HMAC-SHA1, for what Beaker has signed. Nothing new is signed so unless asked for. */
  hmacSha1(key: Uint8Array, message: Uint8Array): MaybePromise<Uint8Array>;

  /** Makes a 256-bit AES-GCM key ready. */
  importGcm(key: Uint8Array): MaybePromise<Gcm>;

  /** Makes a 256-bit key ready for the bare AES permutation, which only key derivation may use. */
  importBlockCipher(key: Uint8Array): MaybePromise<BlockCipher>;

  /** Compares in a time that depends on the lengths alone. */
  equal(a: Uint8Array, b: Uint8Array): boolean;

  /** Base64url without padding (RFC 4648 section 5), of these bytes one after the other. */
  toBase64url(...parts: readonly Uint8Array[]): string;

  /**
   * The bytes that this text stands for; `undefined` unless the text is exactly what {@link toBase64url}
   * makes of them: no padding, no foreign characters, no stray trailing bits.
   */
  fromBase64url(text: string): Uint8Array | undefined;

  /** UTF-8. A lone surrogate becomes U+FFFD. */
  utf8Encode(text: string): Uint8Array;

  /**
   * The same behind `room` bytes for the caller to fill. Good until the next call, for whoever seals or signs it at
   * once: nothing may be awaited in between.
   */
  utf8Behind(room: number, text: string): Uint8Array;

  /** The text of these bytes from `start` on, a byte order mark included; `undefined` if they are not UTF-8. */
  utf8Decode(bytes: Uint8Array, start?: number): string | undefined;
}

/** Tag over `head` followed by `body`, 32 bytes. Good until the next call of any: nothing may be awaited in between. */
export type Hmac = (head: Uint8Array, body: Uint8Array) => MaybePromise<Uint8Array>;

/** Encrypts each 16-byte block by itself (`AES_K` in the standards). */
export type BlockCipher = (blocks: Uint8Array) => MaybePromise<Uint8Array>;

/** AES-256-GCM with its nonce on the wire. */
export interface Gcm {
  /** `head || nonce || ciphertext || tag`, in parts. The head is only put in front, not authenticated. */
  seal(head: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, bound: Uint8Array): MaybePromise<Parts>;

  /** The plaintext of `nonce || ciphertext || tag`, which begins at `start`; `undefined` if it is not authentic. */
  open(box: Uint8Array, start: number, bound: Uint8Array): MaybePromise<Uint8Array | undefined>;
}

/** Bytes in pieces, to be read one after the other: joined once, where they become text. */
export type Parts = readonly Uint8Array[];

/** Bytes of a GCM nonce. */
export const GCM_NONCE_BYTES = 12;
