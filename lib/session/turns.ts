/**
 * Lets the operations of one session object run one after the other, in the order they were asked for: two saves in
 * one `Promise.all` must not race each other.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Whether an operation is under way. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  take<T>(operation: () => Promise<T>): Promise<T> {
    // Nobody before it, so nothing to wait for.
    const turn = this.#waiting++ === 0 ? operation() : this.#last.then(operation);
    this.#last = turn.then(this.#over, this.#over);
    return turn;
  }

  readonly #over = (): void => {
    this.#waiting--;
  };
}
