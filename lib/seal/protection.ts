import type { MaybePromise } from "./maybe-promise.ts";
import type { Parts, Primitives } from "./primitives.ts";

/** A key at work. What it writes begins with a head that it is given: version byte and key hint. */
export interface Protection {
  /** Protects a payload and binds these bytes to it, which are not written. */
  write(payload: Uint8Array, bound: Uint8Array): MaybePromise<Parts>;

  /**
   * The payload; `undefined` if a bit of it, or of what is bound, differs. Of the head only the length
   * counts: the caller has judged it.
   */
  read(bytes: Uint8Array, bound: Uint8Array): MaybePromise<Uint8Array | undefined>;
}

/** Makes a 256-bit key ready. */
export type CreateProtection = (
  primitives: Primitives,
  key: Uint8Array,
  head: Uint8Array,
) => MaybePromise<Protection>;
