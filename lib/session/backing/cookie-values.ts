const NONE: readonly never[] = [];

/** What the session's cookie has held that this request knows of, since it read or wrote it: one value, or a few. */
export class CookieValues {
  /** null: none yet. */
  #first: string | undefined | null = null;
  #others: readonly (string | undefined)[] = NONE;

  has(value: string | undefined): boolean {
    return value === this.#first || this.#others.includes(value);
  }

  /** Gives it back. */
  add(value: string | undefined): string | undefined {
    if (this.#first === null) this.#first = value;
    // Not `push`, which makes room for seventeen.
    else if (!this.has(value)) this.#others = this.#others === NONE ? [value] : [...this.#others, value];
    return value;
  }
}
