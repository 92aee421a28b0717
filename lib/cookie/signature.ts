import { equal, hmacSha1, runtime, utf8Decode, utf8Encode } from "#primitives";
import { NotSupportedError } from "../errors.ts";
import { createKeyRing } from "../seal/key-ring.ts";
import { isPromise, type MaybePromise } from "../seal/maybe-promise.ts";

/** Signs and verifies the value of a cookie, at once. */
export interface Signature {
  sign(name: string, value: string): string;
  /** undefined unless one of the secrets signed it. */
  verify(name: string, signed: string): string | undefined;
}

/** HMAC-SHA256 under a key derived for this cookie's name: a value signed for one name is none under another. */
export function sha256Signature(secrets: readonly string[]): Signature {
  const ring = createKeyRing(secrets);
  return {
    sign: (name, value) => atOnce(ring.sign("signed-cookie", name, utf8Encode(value))),
    verify: (name, signed) => {
      const opened = atOnce(ring.verify("signed-cookie", name, signed));
      return opened && utf8Decode(opened.bytes);
    },
  };
}

const HEX_LENGTH = 40;

/** Beaker's: 40 hexadecimal digits of HMAC-SHA1 in front of the value as it is. The name is not bound in. */
export function beakerSignature(secrets: readonly string[]): Signature {
  const keys = secrets.map((secret) => utf8Encode(secret));
  const digest = (key: Uint8Array, value: string) =>
    utf8Encode(hex(atOnce(hmacSha1(key, utf8Encode(value)))));
  return {
    sign: (_name, value) => {
      // RFC 6265bis 4.1.1, cookie-octet: Beaker writes whatever it is given and breaks the header.
      if (!/^[!#-+\--:<-[\]-~]*$/.test(value)) {
        throw new TypeError(
          "A SHA-1 signed cookie stands in the header as it is: no spaces, quotes, commas or semicolons.",
        );
      }
      return utf8Decode(digest(keys[0] as Uint8Array, value)) + value;
    },
    verify: (_name, signed) => {
      const given = utf8Encode(signed.slice(0, HEX_LENGTH));
      const value = signed.slice(HEX_LENGTH);
      // Every key is tried, so that the time taken does not tell which one it was.
      const matches = keys.filter((key) => equal(digest(key, value), given));
      return matches.length > 0 ? value : undefined;
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function atOnce<T>(value: MaybePromise<T>): T {
  if (!isPromise(value)) return value;
  value.catch(() => {});
  throw new NotSupportedError(
    `SignedCookie answers at once, and this runtime (${runtime}) signs only with delay. Use it on Node.js; middleware ` +
      'can run there too (runtime: "nodejs", or proxy.ts).',
  );
}
