import type { CookieAttributes, CookieStore } from "next-beaker";

/**
 * Plays the browser's part where the server makes the requests: a request goes out with a copy of all cookies,
 * and what its answer sets replaces what was there, whoever set that.
 */
export class CookieCopy implements CookieStore {
  readonly #cookies: Map<string, string>;
  readonly #answer = new Map<string, string | undefined>();

  constructor(cookies: ReadonlyMap<string, string> = new Map()) {
    this.#cookies = new Map(cookies);
  }

  get(name: string): { name: string; value: string } | undefined {
    const value = this.#cookies.get(name);
    return value === undefined ? undefined : { name, value };
  }

  set(name: string, value: string, { maxAge }: CookieAttributes): void {
    const kept = maxAge === 0 ? undefined : value;
    if (kept === undefined) this.#cookies.delete(name);
    else this.#cookies.set(name, kept);
    this.#answer.set(name, kept);
  }

  /** For a request that starts now. */
  copy(): CookieCopy {
    return new CookieCopy(this.#cookies);
  }

  /** The answer to a request has come. */
  take(request: CookieCopy): void {
    for (const [name, value] of request.#answer) {
      if (value === undefined) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}
