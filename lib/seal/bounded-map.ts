/**
 * A cache that forgets what has not been asked for lately.
 *
 * Two generations instead of a linked list: once the young one is full it becomes the old one, and what
 * is asked for there moves back. A hit costs one `Map.get`; at most twice `capacity` entries are held.
 */
export class BoundedMap<Key, Value extends object> {
  readonly #capacity: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value under this key, unless it was never set or is forgotten. */
  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** Keeps a value under this key. */
  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
