/**
 * What one request changed, by top-level key, and how that is carried over onto what another request stored
 * meanwhile. Pure functions: values are compared by their serialised text, so nested changes count.
 */

/** Plain data as a session holds it. */
export type Values = Record<string, unknown>;

/** Serialises one value for comparison. */
export type ToText = (value: unknown) => string;

/** Keys set or changed, with their new values, and keys removed. */
export interface Changes {
  readonly set: ReadonlyMap<string, unknown>;
  readonly removed: ReadonlySet<string>;
}

/** What turns `before` into `after`. */
export function changesBetween(before: Values, after: Values, toText: ToText): Changes {
  const set = new Map<string, unknown>();
  const removed = new Set<string>();
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key) || toText(before[key]) !== toText(after[key])) set.set(key, after[key]);
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) removed.add(key);
  }
  return { set, removed };
}

/** Writes `changes` over `values`, in place. */
export function applyChanges(values: Values, changes: Changes): void {
  for (const [key, value] of changes.set) put(values, key, value);
  for (const key of changes.removed) delete values[key];
}

/** The keys that both sides changed, each to something else. */
export function conflictingKeys(ours: Changes, theirs: Changes, toText: ToText): string[] {
  const keys: string[] = [];
  for (const [key, value] of ours.set) {
    if (theirs.removed.has(key)) keys.push(key);
    else if (theirs.set.has(key) && toText(theirs.set.get(key)) !== toText(value)) keys.push(key);
  }
  for (const key of ours.removed) {
    if (theirs.set.has(key)) keys.push(key);
  }
  return keys;
}

/** Makes `target` hold just what `source` holds, keeping the object that callers already have in hand. */
export function replaceValues(target: Values, source: Values): void {
  for (const key of Object.keys(target)) {
    if (!Object.hasOwn(source, key)) delete target[key];
  }
  for (const key of Object.keys(source)) put(target, key, source[key]);
}

// An own `__proto__`, as JSON.parse makes one, would become the target's prototype.
function put(values: Values, key: string, value: unknown): void {
  if (key !== "__proto__") values[key] = value;
}
