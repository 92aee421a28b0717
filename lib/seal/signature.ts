import { chain, type MaybePromise } from "./maybe-promise.ts";
import type { Primitives } from "./primitives.ts";
import type { Protection } from "./protection.ts";

/** Bytes of an HMAC-SHA256. */
export const MAC_BYTES = 32;

/** Makes a key ready to sign: `head || payload || HMAC-SHA256(bound || payload)`. */
export function createSignature(
  primitives: Primitives,
  key: Uint8Array,
  head: Uint8Array,
): MaybePromise<Protection> {
  return chain(primitives.importHmac(key), (hmac) => ({
    write: (payload, bound) => chain(hmac(bound, payload), (mac) => [head, payload, mac]),

    read(bytes, bound) {
      const end = bytes.length - MAC_BYTES;
      // Or the head could pass for the beginning of the tag.
      if (end < head.length) return undefined;
      const payload = bytes.subarray(head.length, end);
      return chain(hmac(bound, payload), (mac) =>
        primitives.equal(mac, bytes.subarray(end)) ? payload : undefined,
      );
    },
  }));
}
