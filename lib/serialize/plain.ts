/**
 * The quick question asked of every save: is this data nothing but plain JSON?
 */

/** Levels that the quick walk follows. A cycle reaches it at once, so no set of visited objects is needed. */
const QUICK_DEPTH = 64;

/**
 * Objects that the quick walk visits. Few objects that share each other can unfold to 2^64 in JSON;
 * they, and very large data, are left to `inspect`.
 */
const QUICK_OBJECTS = 100_000;

// Looked up once, not at each of the thousands of objects: a fifth of the walk.
const getOwnPropertySymbols = Object.getOwnPropertySymbols;
const getPrototypeOf = Object.getPrototypeOf;
const isArray = Array.isArray;
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;

// One walk at a time: it is synchronous, so its counter need not travel through the arguments.
let objectsLeft = 0;

/**
 * Whether `JSON.stringify` keeps all of `data` as it is.
 *
 * `false` means no more than "look closer": there is a value that JSON does not keep, or the data is too
 * deep or too large to tell quickly. Nothing is allocated but the symbol lists of the objects.
 *
 * Two things are not looked for, as finding them costs as much as JSON itself: accessors, which are read
 * like any property, and non-enumerable properties, which are passed over. `JSON.stringify` and
 * `structuredClone` do the same.
 *
 * @example
 * isPlainJson({ user: { id: 7 } }); // true
 * isPlainJson({ since: new Date() }); // false
 */
export function isPlainJson(data: object): boolean {
  objectsLeft = QUICK_OBJECTS;
  return typeof data === "object" && data !== null && !isArray(data) && isPlain(data, 0);
}

// All in one: of functions that call each other, a minifier puts one into the other's loop, where it is made anew for
// each value. Most frequent kinds first.
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "string") return true;
  // Infinity - Infinity and NaN - NaN are NaN; 1 / -0 is -Infinity.
  if (typeof value === "number") return value - value === 0 && (value !== 0 || 1 / value > 0);
  if (typeof value !== "object") return typeof value === "boolean";
  if (value === null) return true;
  if (depth > QUICK_DEPTH || --objectsLeft < 0) return false;
  if (isArray(value)) {
    if (getPrototypeOf(value) !== arrayPrototype) return false;
    // The result of `string.match()` is the array with named properties that finds its way into sessions;
    // looking for others means listing every index.
    if ("index" in value || "toJSON" in value) return false;
    for (let i = 0; i < value.length; i++) {
      if (!isPlain(value[i], depth + 1)) return false;
    }
    return true;
  }
  if (getPrototypeOf(value) !== objectPrototype) return false;
  // JSON.stringify would call it even where the loop below cannot see it (inherited, non-enumerable).
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return false;
  // `for in` rather than Object.keys: V8 walks the shape's own key cache and allocates nothing. Keys that a
  // polluted Object.prototype adds are harmless here: at worst they ask for a closer look.
  for (const key in value) {
    if (key === "__proto__") return false;
    if (!isPlain((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return getOwnPropertySymbols(value).length === 0;
}
