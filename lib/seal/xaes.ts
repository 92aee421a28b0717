/**
 * XAES-256-GCM: AES-256-GCM with nonces long enough to be drawn at random for ever.
 *
 * @see https://c2sp.org/XAES-256-GCM
 */

import { BoundedMap } from "./bounded-map.ts";
import { chain, type MaybePromise } from "./maybe-promise.ts";
import { GCM_NONCE_BYTES, type Gcm, type Parts, type Primitives } from "./primitives.ts";
import type { Protection } from "./protection.ts";

const BLOCK_BYTES = 16;
const PREFIX_BYTES = 12;

// performance.md, the XAES trick: within one prefix GCM's own 96-bit nonces repeat with odds of 2^-57.
const SEALS_PER_PREFIX = 2 ** 20;

// One prefix a writing process and 2^20 seals: enough for a fleet and a few of its restarts.
const PREFIXES_REMEMBERED = 64;

/**
 * Makes a 256-bit key ready for XAES-256-GCM. What is written is `head || nonce || ciphertext || tag`;
 * what is read must begin with a head of the same length, which the caller has judged.
 *
 * The first half of a nonce chooses the derived key. It is kept for 2^20 seals, so that deriving costs
 * nothing per seal, and whoever opens remembers the derived keys by it. The bytes are standard ones.
 */
export function createXaes(
  primitives: Primitives,
  key: Uint8Array,
  head: Uint8Array,
  sealsPerPrefix: number = SEALS_PER_PREFIX,
): MaybePromise<Protection> {
  return chain(createDerivation(primitives, key), (derive) => {
    const remembered = new BoundedMap<string, Gcm>(PREFIXES_REMEMBERED);
    let writer: { readonly gcm: Gcm; readonly head: Uint8Array } | undefined;
    let sealsLeft = 0;

    const writeWith = (
      { gcm, head }: NonNullable<typeof writer>,
      plaintext: Uint8Array,
      bound: Uint8Array,
    ): MaybePromise<Parts> => {
      sealsLeft -= 1;
      return gcm.seal(head, primitives.randomBytes(GCM_NONCE_BYTES), plaintext, bound);
    };

    return {
      write(plaintext, bound) {
        if (writer !== undefined && sealsLeft > 0) return writeWith(writer, plaintext, bound);
        const prefix = primitives.randomBytes(PREFIX_BYTES);
        return chain(derive(prefix), (gcm) => {
          remembered.set(label(prefix, 0), gcm);
          writer = { gcm, head: join(head, prefix) };
          sealsLeft = sealsPerPrefix;
          return writeWith(writer, plaintext, bound);
        });
      },

      read(bytes, bound) {
        const start = head.length;
        const prefix = label(bytes, start);
        const known = remembered.get(prefix);
        if (known !== undefined) return known.open(bytes, start + PREFIX_BYTES, bound);
        return chain(derive(bytes.subarray(start, start + PREFIX_BYTES)), (gcm) =>
          chain(gcm.open(bytes, start + PREFIX_BYTES, bound), (plaintext) => {
            // Only authentic prefixes are remembered: garbage must not push out the ones in use.
            if (plaintext !== undefined) remembered.set(prefix, gcm);
            return plaintext;
          }),
        );
      },
    };
  });
}

/** From a nonce's first 12 bytes to the GCM key that the nonce's other 12 are used with. */
function createDerivation(
  primitives: Primitives,
  key: Uint8Array,
): MaybePromise<(prefix: Uint8Array) => MaybePromise<Gcm>> {
  return chain(primitives.importBlockCipher(key), (encrypt) =>
    chain(encrypt(new Uint8Array(BLOCK_BYTES)), (zero) => {
      const mask = double(zero);
      return (prefix) => {
        const blocks = new Uint8Array(2 * BLOCK_BYTES);
        for (const counter of [1, 2]) {
          // NIST SP 800-108r1, CMAC in counter mode: M = 0x00 counter "X" 0x00 prefix, one full block each.
          const block = blocks.subarray((counter - 1) * BLOCK_BYTES, counter * BLOCK_BYTES);
          block.set([0, counter, 0x58, 0]);
          block.set(prefix, 4);
          for (let index = 0; index < BLOCK_BYTES; index++) block[index]! ^= mask[index]!;
        }
        return chain(encrypt(blocks), primitives.importGcm);
      };
    }),
  );
}

/** CMAC's subkey K1 (NIST SP 800-38B section 6.1): doubling in GF(2^128). */
function double(block: Uint8Array): Uint8Array {
  const doubled = new Uint8Array(BLOCK_BYTES);
  for (let index = 0; index < BLOCK_BYTES; index++) {
    doubled[index] = (block[index]! << 1) | ((block[index + 1] ?? 0) >> 7);
  }
  // Multiplied, not branched on: the top bit is key material.
  doubled[BLOCK_BYTES - 1]! ^= 0x87 * (block[0]! >> 7);
  return doubled;
}

/** A prefix as a `Map` key; spelt out because that is several times faster than a spread. */
function label(b: Uint8Array, at: number): string {
  return String.fromCharCode(
    b[at]!,
    b[at + 1]!,
    b[at + 2]!,
    b[at + 3]!,
    b[at + 4]!,
    b[at + 5]!,
    b[at + 6]!,
    b[at + 7]!,
    b[at + 8]!,
    b[at + 9]!,
    b[at + 10]!,
    b[at + 11]!,
  );
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
