import type { CookieJar } from "../cookie/jar.ts";
import type { Config } from "../options/config.ts";
import { attributesOf, expiredAttributesOf } from "./cookie-of.ts";
import type { Overrides } from "./overrides.ts";
import { readStamps, type StampedToken, signStamps } from "./stamps.ts";

/** The cookie of a store-backed session: reads, writes and expires it in one jar. */
export class StampedCookie {
  readonly #config: Config;
  readonly #jar: CookieJar;

  constructor(config: Config, jar: CookieJar) {
    this.#config = config;
    this.#jar = jar;
  }

  value(): string | undefined {
    return this.#jar.get(this.#config.cookieName);
  }

  async read(value: string): Promise<StampedToken | undefined> {
    return readStamps(this.#config.keys.ring, this.#config.cookieName, value);
  }

  /** Gives what undoes it, for when the store then fails: cookie and store must agree. */
  async write(stamped: StampedToken): Promise<() => void> {
    const { keys, cookieName } = this.#config;
    const { overrides } = stamped;
    const value = await signStamps(keys.ring, cookieName, stamped);
    const before = this.value();
    this.#jar.set(cookieName, value, attributesOf(this.#config, overrides));
    return () => this.#restore(before, overrides);
  }

  /** Sends nothing where there is no cookie. */
  expire(overrides: Overrides): () => void {
    const before = this.value();
    if (before === undefined) return () => {};
    this.#jar.set(this.#config.cookieName, "", expiredAttributesOf(this.#config, overrides));
    return () => this.#restore(before, overrides);
  }

  #restore(before: string | undefined, overrides: Overrides): void {
    const attributes =
      before === undefined
        ? expiredAttributesOf(this.#config, overrides)
        : attributesOf(this.#config, overrides);
    this.#jar.set(this.#config.cookieName, before ?? "", attributes);
  }
}
