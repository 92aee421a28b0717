/**
 * How errors name a place in the data.
 */

/** A step into a Map or a Set: which entry, and for a Map whether its key or its value. */
export interface EntryStep {
  readonly of: "map key" | "map value" | "set";
  readonly index: number;
  /** The key of the Map entry. */
  readonly key?: unknown;
}

/** One step from a value to one inside it: a property, an index or an entry. */
export type Step = string | number | symbol | EntryStep;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const LONGEST = 32;
const SHOWN = 8;

/**
 * The path as a JavaScript expression that reads the value: paste it into a debugger.
 *
 * A path of more than 32 steps is shortened in the middle.
 *
 * @example
 * formatPath(["cart", 3, "price"]); // 'data.cart[3].price'
 * formatPath(["a-b"]); // 'data["a-b"]'
 * formatPath(["seen", { of: "map value", index: 0, key: "k" }]); // 'data.seen.get("k")'
 * formatPath(["tags", { of: "set", index: 2 }]); // '[...data.tags][2]'
 */
export function formatPath(steps: readonly Step[]): string {
  if (steps.length <= LONGEST) return steps.reduce(append, "data");
  return `${steps.slice(0, SHOWN).reduce(append, "data")}…${steps.slice(-SHOWN).reduce(append, "")}`;
}

function append(path: string, step: Step): string {
  if (typeof step === "number") return `${path}[${step}]`;
  if (typeof step === "symbol") return `${path}[${String(step)}]`;
  if (typeof step === "string") {
    return IDENTIFIER.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`;
  }
  if (step.of === "set") return `[...${path}][${step.index}]`;
  if (step.of === "map key") return `[...${path}.keys()][${step.index}]`;
  const key = literal(step.key);
  return key === undefined ? `[...${path}.values()][${step.index}]` : `${path}.get(${key})`;
}

function literal(key: unknown): string | undefined {
  if (typeof key === "string") return JSON.stringify(key);
  if (typeof key === "bigint") return `${key}n`;
  if (key === null || typeof key === "undefined" || typeof key === "number" || typeof key === "boolean") {
    return String(key);
  }
  return undefined;
}
