import { isPromise, type MaybePromise } from "../seal/maybe-promise.ts";

/**
 * Lets the operations of one session object run one after the other, in the order they were asked for: two saves in
 * one `Promise.all` must not race each other.
 */
export class Turns {
  #last: Promise<unknown> | undefined;
  #waiting = 0;

  /** Whether an operation is under way. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs it at once where nobody is before it; then what waits for nothing gives no promise either. */
  take<T>(operation: () => MaybePromise<T>): MaybePromise<T> {
    const alone = this.#waiting++ === 0;
    let turn: MaybePromise<T>;
    try {
      turn = alone ? operation() : this.#last!.then(operation);
    } catch (error) {
      this.#waiting--;
      throw error;
    }
    if (isPromise(turn)) {
      const last = this.#untilOver(turn);
      this.#last = last.then(ignore, ignore);
      return last;
    }
    this.#waiting--;
    return turn;
  }

  async #untilOver<T>(turn: Promise<T>): Promise<T> {
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}

function ignore(): void {}
