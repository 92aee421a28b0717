import type { Form } from "./forms.ts";
import { chain, type MaybePromise } from "./maybe-promise.ts";
import type { Primitives } from "./primitives.ts";
import type { Protection } from "./protection.ts";

/** One secret's key for one form, purpose and name. */
export interface RingKey extends Protection {
  /** Tells keys apart on the wire. It comes from the key, so it says nothing about the order of secrets. */
  readonly hint: number;
  /** What is bound to a payload with this context. */
  bind(context: string | undefined): Uint8Array;
}

const SALT = "next-beaker/v1";
const KEY_BYTES = 32;

/** Derives a key from a secret and makes it ready. */
export function deriveKey(
  primitives: Primitives,
  form: Form,
  secret: Uint8Array,
  purpose: string,
  name: string,
): MaybePromise<RingKey> {
  const { utf8Encode } = primitives;
  // Purpose and use never contain NUL and the name comes last, so no two triples make the same info.
  const info = utf8Encode(`${purpose}\0${form.use}\0${name}`);
  // One byte more than the key: HKDF's next block, which tells nothing about the first.
  return chain(primitives.hkdf(secret, utf8Encode(SALT), info, KEY_BYTES + 1), (material) => {
    const hint = material[KEY_BYTES]!;
    const head = Uint8Array.of(form.version, hint);
    const bind = createBinding(primitives, form, head, utf8Encode(purpose), utf8Encode(name));
    return chain(form.create(primitives, material.subarray(0, KEY_BYTES), head), (protection) => ({
      hint,
      bind,
      write: protection.write,
      read: protection.read,
    }));
  });
}

/**
 * What is bound: head, purpose, name and context, each of the last three after its length (32 bits, big
 * endian), so that no two lists make the same bytes. Written once per key; only a context costs a copy.
 *
 * Nothing where something is sealed without a context: purpose and name went into the key, and a changed head names
 * another key or none, so GCM would bind a second time what is bound. A signature needs the frame all the same, since
 * it is taken over frame and payload in one piece.
 */
function createBinding(
  primitives: Primitives,
  form: Form,
  head: Uint8Array,
  purpose: Uint8Array,
  name: Uint8Array,
): RingKey["bind"] {
  const none = frame(frame(frame(head, purpose), name), new Uint8Array(0));
  const start = none.subarray(0, -4);
  const withoutContext = form.use === "seal" ? new Uint8Array(0) : none;
  return (context) => (context ? frame(start, primitives.utf8Encode(context)) : withoutContext);
}

function frame(before: Uint8Array, part: Uint8Array): Uint8Array {
  const framed = new Uint8Array(before.length + 4 + part.length);
  framed.set(before);
  new DataView(framed.buffer).setUint32(before.length, part.length);
  framed.set(part, before.length + 4);
  return framed;
}
