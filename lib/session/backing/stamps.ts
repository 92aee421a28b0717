import { utf8Behind, utf8Decode, utf8Encode } from "#primitives";
import { BoundedMap } from "../../seal/bounded-map.ts";
import type { KeyRing } from "../../seal/key-ring.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import { sessionId, TOKEN_BYTES } from "../../seal/token.ts";
import type { Stamps } from "../clocks.ts";
import { decodeMeta, encodeMeta, type Overrides } from "../overrides.ts";
import { readUint48, UINT48_BYTES, writeUint48 } from "./binary.ts";

/**
 * What a store-backed session's cookie says, signed: the token, and enough to judge the clocks and to send the
 * cookie again without asking the store. 44 bytes before the signature where the session overrides nothing.
 */
export interface StampedToken extends Stamps {
  /** The bearer secret. Leaves this process only in the cookie. */
  readonly token: Uint8Array;
  readonly overrides: Overrides;
}

/** What we have signed: by whom, for which cookie, and the public id that its token opens. */
export interface SignedToken extends StampedToken {
  readonly ring: KeyRing;
  readonly cookieName: string;
  readonly id: string;
}

/**
 * Browsers send a cookie again and again, a page's prefetches all at once: who it names need not be worked out each
 * time. By the whole text, which nobody else can make, so that a changed one is a stranger. Whether the session still
 * lives is asked at each request all the same.
 */
const lately = new BoundedMap<string, SignedToken>(1000);

const FIXED_BYTES = TOKEN_BYTES + 2 * UINT48_BYTES;

export function signStamps(ring: KeyRing, cookieName: string, stamped: StampedToken): MaybePromise<string> {
  const bytes = utf8Behind(FIXED_BYTES, encodeMeta(stamped.overrides));
  bytes.set(stamped.token);
  writeUint48(bytes, writeUint48(bytes, TOKEN_BYTES, stamped.created), stamped.accessed);
  return ring.sign("token", cookieName, bytes);
}

/** undefined for anything that we did not sign for this cookie. Never throws. */
export function readStamps(
  ring: KeyRing,
  cookieName: string,
  value: string,
): MaybePromise<SignedToken | undefined> {
  const known = lately.get(value);
  if (known?.ring === ring && known.cookieName === cookieName) return known;
  return chain(ring.verify("token", cookieName, value), (opened) => {
    const stamped = opened && decode(opened.bytes);
    if (!stamped) return undefined;
    return chain(sessionId(cookieName, stamped.token), (id) => {
      const signed = { ...stamped, ring, cookieName, id };
      // A copy of the text, whose original may be a part of a long header and keep all of it.
      lately.set(utf8Decode(utf8Encode(value))!, signed);
      return signed;
    });
  });
}

function decode(bytes: Uint8Array): StampedToken | undefined {
  try {
    return {
      // Not `slice`: a Buffer's is a view, which would keep what it is a part of.
      token: new Uint8Array(bytes.subarray(0, TOKEN_BYTES)),
      created: readUint48(bytes, TOKEN_BYTES),
      accessed: readUint48(bytes, TOKEN_BYTES + UINT48_BYTES),
      overrides: decodeMeta(utf8Decode(bytes.subarray(FIXED_BYTES)) ?? "-"),
    };
  } catch {
    // Signed by us, yet of another shape: made by a version that is not this one.
    return undefined;
  }
}
