/**
 * Lets the operations of one session object run one after the other, in the order they were asked for: two saves in
 * one `Promise.all` must not race each other.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(operation: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(operation);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
