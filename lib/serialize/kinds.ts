/**
 * Which kinds of object the serializers know, and what to do about the others.
 */

const KEPT = [
  "Object",
  "Array",
  "Date",
  "Map",
  "Set",
  "RegExp",
  "URL",
  "URLSearchParams",
  "ArrayBuffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

/** What an object is, if it is of a kind that can be kept: the name of its class, or `null-prototype`. */
export type Kind = (typeof KEPT)[number] | "null-prototype";

// A call and no loop, and marked as pure: bundlers drop it with the rest where nothing is serialised.
const kindByPrototype: Map<object, Kind> = /* @__PURE__ */ kindsByPrototype();

function kindsByPrototype(): Map<object, Kind> {
  const kinds = new Map<object, Kind>();
  for (const name of KEPT) {
    // Float16Array is missing in Node 22.
    const prototype = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]
      ?.prototype;
    if (prototype) kinds.set(prototype, name);
  }
  return kinds;
}

/**
 * The kind of an object, or `undefined` for an instance of any other class, subclasses included.
 *
 * @example
 * kindOf(new Map()); // "Map"
 * kindOf(new (class extends Map {})()); // undefined
 */
export function kindOf(value: object): Kind | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null) return "null-prototype";
  return kindByPrototype.get(prototype) ?? foreignKind(prototype);
}

/** The name of the class that made a value, for an error message. */
export function className(value: object): string {
  return makerOf(Object.getPrototypeOf(value))?.name || "a class without a name";
}

// Objects made in another realm (a vm context: the Edge sandbox of `next dev`, Jest) are as plain as ours.
// A class can take any name, but its source text does not say "native code".
function foreignKind(prototype: object): Kind | undefined {
  const maker = makerOf(prototype);
  if (maker?.prototype !== prototype) return undefined;
  if (!Function.prototype.toString.call(maker).endsWith("{ [native code] }")) return undefined;
  return KEPT.find((name) => name === maker.name);
}

function makerOf(
  prototype: object | null,
): { readonly name: string; readonly prototype: unknown } | undefined {
  // By descriptor: `constructor` may be an accessor of somebody else's, which need not be run to name it.
  const maker = prototype && Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof maker === "function" ? maker : undefined;
}

/**
 * Why the bytes of a buffer cannot be stored, if so.
 *
 * @example
 * bufferProblem(new SharedArrayBuffer(8)); // "has its bytes in a SharedArrayBuffer; …"
 */
export function bufferProblem(buffer: ArrayBufferLike): string | undefined {
  if (kindOf(buffer) !== "ArrayBuffer") return `has its bytes in a ${className(buffer)}; store a copy`;
  // Both are ES2024, later than the library that we compile against.
  const { detached, resizable } = buffer as { detached?: boolean; resizable?: boolean };
  if (detached) return "has given its bytes away (its buffer is detached)";
  if (resizable) return "has a resizable buffer, which would come back with a fixed size; store a copy";
  return undefined;
}

/** What to store instead, where only plain JSON is kept. */
export function plainAlternative(kind: Kind | "bigint"): string {
  switch (kind) {
    case "Date":
      return "its ISO string";
    case "Map":
      return "an object or an array of its entries";
    case "Set":
      return "an array";
    case "URL":
    case "URLSearchParams":
    case "bigint":
      return "its string";
    case "RegExp":
      return "its source and flags";
    default:
      return "an array of its numbers or a base64 string";
  }
}
