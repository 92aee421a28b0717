import { ConfigError } from "../errors.ts";

/** Says what was given in a way that never shows a secret. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `a string of ${value.length} characters`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean" || value == null) return String(value);
  return `a ${typeof value}`;
}

/** A whole or fractional number of seconds greater than 0, or null. */
export function seconds(option: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  throw new ConfigError(
    option,
    `${option} must be a number of seconds greater than 0, or null for no limit; got ${shown(value)}.`,
  );
}

/** One of a few words. */
export function oneOf<T>(option: string, value: unknown, allowed: readonly T[], fallback: T): T {
  if (value === undefined) return fallback;
  if (allowed.includes(value as T)) return value as T;
  const list = allowed.map((item) => JSON.stringify(item)).join(", ");
  throw new ConfigError(
    option,
    `${option} must be one of ${list}; got ${typeof value === "string" ? JSON.stringify(value) : shown(value)}.`,
  );
}

/** true or false, nothing that merely looks like it. */
export function flag(option: string, value: unknown, fallback: boolean): boolean {
  return oneOf(option, value, [true, false], fallback);
}

/** A function, or absent. */
export function fn<T>(option: string, value: T | undefined): T | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw new ConfigError(option, `${option} must be a function; got ${shown(value)}.`);
}

/** An option that nobody knows is most likely misspelt; `others` are known under another name. */
export function refuseUnknown(
  options: object,
  known: readonly string[],
  others?: ReadonlyMap<string, string>,
): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = others?.get(name) ?? nearest(name, known);
    throw new ConfigError(
      name,
      `Unknown option \`${name}\`.${meant ? ` Did you mean \`${meant}\`?` : ` Known options: ${known.join(", ")}.`}`,
    );
  }
}

/** The known name nearest to a misspelt one, if any is near. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll("_", "");
  const exact = known.find((candidate) => plain(candidate) === plain(name));
  if (exact) return exact;
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= 2 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost);
    }
    row = next;
  }
  return row[b.length]!;
}
