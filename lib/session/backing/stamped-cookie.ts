import type { CookieJar } from "../../cookie/jar.ts";
import type { Config } from "../../options/config.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import { NO_META, type Overrides } from "../overrides.ts";
import { attributesOf, expiredAttributesOf } from "./cookie-of.ts";
import { readStamps, type SignedToken, type StampedToken, signStamps } from "./stamps.ts";

/** The cookie of a store-backed session: reads, writes and expires it in one jar. */
export class StampedCookie {
  readonly #config: Config;
  readonly #jar: CookieJar;
  /** What the browser's cookie was set with: only the same domain and path expire or replace it (RFC 6265bis 5.7). */
  #sent: Overrides = NO_META;
  /** What it has held that this request knows of, having read or written it. */
  readonly #values: (string | undefined)[] = [];

  constructor(config: Config, jar: CookieJar) {
    this.#config = config;
    this.#jar = jar;
  }

  /** Whether it holds what this request has neither read nor written. */
  get isNews(): boolean {
    return !this.#values.includes(this.#value());
  }

  /** Its text, unread. */
  look(): string | undefined {
    const value = this.#value();
    this.#values.push(value);
    return value;
  }

  read(value: string): MaybePromise<SignedToken | undefined> {
    const { keys, cookieName } = this.#config;
    return chain(readStamps(keys.ring, cookieName, value), (stamped) => {
      this.#sent = stamped?.overrides ?? NO_META;
      return stamped;
    });
  }

  /** Gives what undoes it, for when the store then fails: cookie and store must agree. */
  async write(stamped: StampedToken): Promise<() => void> {
    const { keys, cookieName } = this.#config;
    const value = await signStamps(keys.ring, cookieName, stamped);
    const undo = this.#restorer();
    this.#jar.set(cookieName, value, attributesOf(this.#config, stamped.overrides));
    this.#values.push(value);
    this.#sent = stamped.overrides;
    return undo;
  }

  /** Sends nothing where there is no cookie. */
  expire(): () => void {
    if (this.#value() === undefined) return () => {};
    const undo = this.#restorer();
    this.#jar.set(this.#config.cookieName, "", expiredAttributesOf(this.#config, this.#sent));
    this.#values.push(undefined);
    return undo;
  }

  #value(): string | undefined {
    return this.#jar.get(this.#config.cookieName);
  }

  #restorer(): () => void {
    const value = this.#value();
    const sent = this.#sent;
    return () => {
      if (value === undefined) this.expire();
      else this.#jar.set(this.#config.cookieName, value, attributesOf(this.#config, sent));
      this.#sent = sent;
    };
  }
}
