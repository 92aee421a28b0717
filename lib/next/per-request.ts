/**
 * One value for each request, kept by an object that lives as long as the request does.
 *
 * Not in a `WeakMap`: collections of V8's young generation take its values for live whatever has become of the keys, so
 * that each request's session was moved to the old generation with all its data. That took 4 to 8 µs a request.
 */
export class PerRequest<Value extends object> {
  readonly #key = Symbol("next-beaker");
  /** For objects that can take no property. */
  readonly #others = new WeakMap<object, Value>();

  get(owner: object): Value | undefined {
    const kept = (owner as { [key: symbol]: Kept<Value> | undefined })[this.#key];
    // Not that of an object which this one inherits from, or is a copy of.
    return kept?.owner === owner ? kept.value : this.#others.get(owner);
  }

  set(owner: object, value: Value): void {
    // Cannot be seen by loops, copies and logs.
    const kept: Kept<Value> = { owner, value };
    if (!Reflect.defineProperty(owner, this.#key, { value: kept, configurable: true })) {
      this.#others.set(owner, value);
    }
  }
}

interface Kept<Value> {
  readonly owner: object;
  readonly value: Value;
}
