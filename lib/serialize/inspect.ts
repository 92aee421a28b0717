/**
 * The careful walk: what is in the data, and where exactly is the thing that cannot be kept?
 */

import { SerializationError } from "../errors.ts";
import { bufferProblem, className, type Kind, kindOf, plainAlternative } from "./kinds.ts";
import { type EntryStep, formatPath, type Step } from "./path.ts";

/**
 * Levels of nesting that can be stored. devalue and `JSON.stringify` recurse, and stacks differ between
 * runtimes: what one writes, all must be able to read.
 */
export const MAX_DEPTH = 1000;

/** Objects in JSON's text, where one that is in many places is written as many times. */
const MAX_JSON_OBJECTS = 5_000_000;

/**
 * Says what `data` needs, after `isPlainJson` did not vouch for it.
 *
 * @returns `"plain"` when `JSON.stringify` keeps it (with the liberties that `json` documents), `"rich"`
 * when only devalue does. With `allow` `"json"` never `"rich"`.
 * @throws {SerializationError} for what cannot be kept, with its path.
 * @example
 * inspect({ since: new Date() }, "rich"); // "rich"
 * inspect({ since: new Date() }, "json"); // throws: data.since is a Date; …
 * inspect({ user: { avatar() {} } }, "rich"); // throws: data.user.avatar is a function
 */
export function inspect(data: object, allow: "rich" | "json"): "plain" | "rich" {
  const walk = new Walk(allow === "json");
  try {
    walk.root(data);
  } catch (cause) {
    if (cause instanceof SerializationError) throw cause;
    // An accessor of the application that throws, a revoked Proxy, an object that only looks like a Map.
    throw new SerializationError(formatPath(walk.steps), "cannot be read.", { cause });
  }
  return walk.rich ? "rich" : "plain";
}

class Walk {
  /** Where the walk stands; after an error, where it happened. */
  readonly steps: Step[] = [];
  rich = false;

  readonly #jsonOnly: boolean;
  // Rich: every object met, as devalue writes each once. JSON: only those above, as it repeats the others.
  readonly #met = new Set<object>();
  #objects = 0;

  constructor(jsonOnly: boolean) {
    this.#jsonOnly = jsonOnly;
  }

  root(data: object): void {
    const kind = typeof data === "object" && data !== null ? kindOf(data) : undefined;
    if (kind !== "Object" && kind !== "null-prototype") this.#fail("is not a plain object");
    this.#value(data);
  }

  #fail(problem: string): never {
    throw new SerializationError(formatPath(this.steps), problem);
  }

  #needsRich(what: string, instead: string): void {
    if (this.#jsonOnly) {
      this.#fail(`${what}; the json serializer keeps plain JSON only: use serializer: "rich", or ${instead}`);
    }
    this.rich = true;
  }

  #inner(step: Step, value: unknown): void {
    this.steps.push(step);
    this.#value(value);
    this.steps.pop();
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "string":
      case "boolean":
        return;
      case "number":
        if (!Number.isFinite(value)) this.#needsRich(`is ${value}`, "store null");
        else if (Object.is(value, -0)) this.rich ||= !this.#jsonOnly;
        return;
      case "bigint":
        this.#needsRich("is a BigInt", `store ${plainAlternative("bigint")}`);
        return;
      case "undefined":
        // JSON drops a property that is undefined, but makes null of an item.
        if (typeof this.steps.at(-1) !== "string") this.#needsRich("is undefined", "store null");
        else this.rich ||= !this.#jsonOnly;
        return;
      case "object":
        if (value !== null) this.#object(value);
        return;
      default:
        this.#fail(`is a ${typeof value}`);
    }
  }

  #object(object: object): void {
    if (this.#met.has(object)) {
      this.#needsRich("is inside itself", "store an id instead");
      return;
    }
    if (this.steps.length > MAX_DEPTH) this.#fail(`is nested deeper than ${MAX_DEPTH} levels`);
    if (this.#jsonOnly && ++this.#objects > MAX_JSON_OBJECTS) {
      this.#fail(
        `is one of more than ${MAX_JSON_OBJECTS} objects to write: the same ones are in many places`,
      );
    }
    const kind = kindOf(object);
    if (kind === undefined) this.#fail(`is an instance of ${className(object)}; store its plain data`);
    this.#met.add(object);
    if (kind === "Array") this.#array(object as unknown[]);
    else if (kind === "Object") this.#properties(object);
    else if (kind === "null-prototype") {
      this.rich ||= !this.#jsonOnly;
      this.#properties(object);
    } else this.#builtIn(kind, object);
    if (this.#jsonOnly) this.#met.delete(object);
  }

  #properties(object: object): void {
    this.#refuseHidden(object);
    for (const key of Object.keys(object)) {
      this.steps.push(key);
      if (key === "__proto__") this.#fail("is a key that could replace an object's prototype");
      this.#value((object as Record<string, unknown>)[key]);
      this.steps.pop();
    }
  }

  #array(array: unknown[]): void {
    this.#refuseHidden(array);
    let next = 0;
    // By keys: a sparse array may claim four billion items and have one.
    for (const key of Object.keys(array)) {
      const index = Number(key);
      if (!(index < array.length) || String(index) !== key) {
        this.steps.push(key);
        this.#fail("is a named property of an array; store the array's items alone, or an object");
      }
      if (index !== next) this.#hole(next);
      this.#inner(index, array[index]);
      next = index + 1;
    }
    if (next < array.length) this.#hole(next);
  }

  #hole(index: number): void {
    this.steps.push(index);
    this.#needsRich("is a hole", "store null");
    this.steps.pop();
  }

  #refuseHidden(object: object): void {
    const [symbol] = Object.getOwnPropertySymbols(object);
    if (symbol) {
      this.steps.push(symbol);
      this.#fail("is keyed by a symbol");
    }
    if (typeof (object as { toJSON?: unknown }).toJSON === "function") {
      this.steps.push("toJSON");
      this.#fail("is a function");
    }
  }

  #builtIn(kind: Exclude<Kind, "Object" | "Array" | "null-prototype">, object: object): void {
    this.#needsRich(`is ${/^[AI]/.test(kind) ? "an" : "a"} ${kind}`, `store ${plainAlternative(kind)}`);
    if (ArrayBuffer.isView(object)) {
      this.#buffer(object.buffer);
      return;
    }
    const isUrl = kind === "URL" || kind === "URLSearchParams";
    // Some runtimes keep a URL's state under symbols of its own.
    const own: PropertyKey[] = isUrl ? Object.keys(object) : Reflect.ownKeys(object);
    const added = own.find((key) => kind !== "RegExp" || key !== "lastIndex") as string | symbol | undefined;
    if (added !== undefined) {
      this.steps.push(added);
      this.#fail(`was added to a ${kind}, which is stored without it`);
    }
    if (kind === "ArrayBuffer") this.#buffer(object as ArrayBuffer);
    else if (kind === "Map") this.#map(object as Map<unknown, unknown>);
    else if (kind === "Set") this.#set(object as Set<unknown>);
    // Object.create(URL.prototype) is not a URL, and throws; that of Date has another tag.
    else if (isUrl) String(object);
    else if (Object.prototype.toString.call(object) !== `[object ${kind}]`)
      this.#fail(`is not a real ${kind}`);
  }

  #buffer(buffer: ArrayBufferLike): void {
    const problem = bufferProblem(buffer);
    if (problem) this.#fail(problem);
  }

  #map(map: Map<unknown, unknown>): void {
    let index = 0;
    for (const [key, value] of map) {
      this.#inner({ of: "map key", index }, key);
      this.#inner({ of: "map value", index, key } satisfies EntryStep, value);
      index++;
    }
  }

  #set(set: Set<unknown>): void {
    let index = 0;
    for (const item of set) this.#inner({ of: "set", index: index++ }, item);
  }
}
