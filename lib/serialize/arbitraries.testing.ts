/**
 * Data for the round-trip tests.
 */

import fc from "fast-check";

/** Strings as UTF-16 allows them, lone surrogates and names with a meaning included. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom("\ud800", "a\udc00b", "\u2028", "</script>", "__proto__", "\\u005f_proto__"),
  fc.constantFrom(
    "constructor",
    "prototype",
    "toJSON",
    "then",
    "length",
    "index",
    "hasOwnProperty",
    "0",
    "-1",
  ),
);

// No backslash: once JSON.parse of V8 13.6 (Node 24; not Node 20) has met the key `a\\`, it takes `a\n`, `a\"` and any
// other key with an escape there for it, in objects of that shape.
const key = text.filter((name) => name !== "__proto__" && !name.includes("\\"));
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const scalar = fc.oneof(fc.constant(null), fc.boolean(), number, fc.integer(), text);

function objectOf(
  value: fc.Arbitrary<unknown>,
  noNullPrototype = true,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.dictionary(key, value, { maxKeys: 5, noNullPrototype });
}

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    objectOf(tie("value")),
  ),
}));

/** Session data that JSON keeps exactly. */
export const plainData: fc.Arbitrary<Record<string, unknown>> = objectOf(plain.value);

const view = fc
  .constantFrom(
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  )
  .chain((View) =>
    fc.uint8Array({ maxLength: 4 }).map((bytes) => {
      const whole = new Uint8Array(bytes.length * View.BYTES_PER_ELEMENT).fill(1);
      whole.set(bytes);
      return new View(whole.buffer);
    }),
  );

const leaf = fc.oneof(
  scalar,
  fc.constantFrom(undefined, Number.NaN, Infinity, -Infinity, -0),
  fc.date({ noInvalidDate: false }),
  fc.bigInt(),
  fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => new URL(url)),
  fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }).map((pairs) => new URLSearchParams(pairs)),
  fc.constantFrom(/a+\/"</gi, /[\ud800]/, /(?<year>\d{4})/dy, /\n\u2028/, /(?:)/),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => new Uint8Array(bytes).buffer),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => new DataView(new Uint8Array(bytes).buffer)),
  view,
);

const rich = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.sparseArray(tie("value"), { maxLength: 30, maxNumElements: 3 }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    objectOf(tie("value"), false),
  ),
}));

/** Session data that the rich serializer keeps: every type it knows, nested in each other. */
export const richData: fc.Arbitrary<Record<string, unknown>> = objectOf(rich.value, false);
