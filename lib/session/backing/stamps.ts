import { utf8Behind, utf8Decode } from "#primitives";
import type { KeyRing } from "../../seal/key-ring.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import { TOKEN_BYTES } from "../../seal/token.ts";
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
): MaybePromise<StampedToken | undefined> {
  return chain(ring.verify("token", cookieName, value), (opened) => opened && decode(opened.bytes));
}

function decode(bytes: Uint8Array): StampedToken | undefined {
  try {
    return {
      token: bytes.slice(0, TOKEN_BYTES),
      created: readUint48(bytes, TOKEN_BYTES),
      accessed: readUint48(bytes, TOKEN_BYTES + UINT48_BYTES),
      overrides: decodeMeta(utf8Decode(bytes.subarray(FIXED_BYTES)) ?? "-"),
    };
  } catch {
    // Signed by us, yet of another shape: made by a version that is not this one.
    return undefined;
  }
}
