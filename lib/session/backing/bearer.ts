import type { CookieJar } from "../../cookie/jar.ts";
import { ReadonlySessionError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import { sessionId } from "../../seal/token.ts";
import { type ExpiryReason, expiry, type Stamps, touchDue } from "../clocks.ts";
import { limitsOf, type Meta, overridesOf } from "../overrides.ts";
import { StampedCookie } from "./stamped-cookie.ts";
import type { StampedToken } from "./stamps.ts";
import { openSuccessor } from "./successor.ts";

/** What a session's cookie is written from. */
type Written = Stamps & { readonly meta: Meta };

/** Whom a request claims to be: the token of its cookie, the public id that it opens, and the signed stamps. */
export class Bearer {
  readonly #config: Config;
  /** undefined: addressed by id, no cookie read or written. */
  readonly #cookie: StampedCookie | undefined;
  #token: Uint8Array | undefined;
  /** What the request's cookie says: needed when there is no record any more. */
  #stamped: StampedToken | undefined;
  /** The request came with an id that rotation has replaced: its cookie should name the new one. */
  #followed = false;
  id: string;

  constructor(config: Config, jar: CookieJar | undefined, id: string) {
    this.#config = config;
    this.#cookie = jar && new StampedCookie(config, jar);
    this.id = id;
  }

  get hasCookie(): boolean {
    return this.#cookie !== undefined;
  }

  get cookieIsNews(): boolean {
    return this.#cookie?.isNews ?? false;
  }

  /** The cookie's text, unread. */
  look(): string | undefined {
    return this.#cookie?.look();
  }

  /** Who this cookie names; undefined for a forged one. */
  read(cookieValue: string): MaybePromise<StampedToken | undefined> {
    if (!this.#cookie) return undefined;
    return chain(this.#cookie.read(cookieValue), (stamped) => {
      if (stamped) {
        this.#stamped = stamped;
        this.#token = stamped.token;
        this.id = stamped.id;
      }
      return stamped;
    });
  }

  /** When the session was last used, as far as the cookie tells: middleware on the Edge notes an access nowhere else. */
  get accessed(): number {
    return this.#stamped?.accessed ?? 0;
  }

  /** Why a record that is not there any more went, as far as the cookie tells. */
  expiry(now: number): ExpiryReason | undefined {
    const stamped = this.#stamped;
    return stamped && expiry(now, stamped, limitsOf(this.#config.limits, stamped.overrides.timeout));
  }

  /** Takes a new token, for a session that does not exist yet. */
  renew(token: Uint8Array): MaybePromise<void> {
    this.#stamped = undefined;
    return this.become(token);
  }

  become(token: Uint8Array): MaybePromise<void> {
    this.#token = token;
    return chain(sessionId(this.#config.cookieName, token), (id) => {
      this.id = id;
    });
  }

  /** Gives what goes back to who it is now. */
  keep(): () => void {
    const { id } = this;
    const token = this.#token;
    return () => {
      this.id = id;
      this.#token = token;
    };
  }

  /** Goes on to the id that rotation has put in this one's place. False if we did not seal it for that. */
  async follow(next: string): Promise<boolean> {
    const token = await openSuccessor(this.#config, this.id, next);
    if (!token) return false;
    await this.become(token);
    this.#followed = true;
    return true;
  }

  /**
   * Whether to send the cookie again: where it names an id that was replaced, or where it is long since it was sent.
   * Saves move the record's clock, as does a render that cannot set cookies; browsers count from the cookie.
   */
  isDue({ accessed, meta }: Written): boolean {
    const { saveAccessedTime, limits } = this.#config;
    const sent = this.#stamped?.accessed;
    const isOld = sent !== undefined && touchDue(accessed, sent, limitsOf(limits, meta.timeout));
    return this.#followed || (saveAccessedTime && isOld);
  }

  /** Sends the cookie again if it is due. */
  refresh(content: Written): MaybePromise<void> {
    if (!this.isDue(content)) return;
    this.#followed = false;
    return this.writeIfPossible(content);
  }

  /** Gives what undoes it, for when the store then fails. */
  async write({ created, accessed, meta }: Written): Promise<() => void> {
    if (!this.#cookie || !this.#token) return () => {};
    const stamped = { token: this.#token, created, accessed, overrides: overridesOf(meta) };
    const undo = await this.#cookie.write(stamped);
    this.#stamped = stamped;
    return undo;
  }

  /** The store has the last word; its cookie is refreshed where a cookie can be set. */
  async writeIfPossible(content: Written): Promise<void> {
    try {
      await this.write(content);
    } catch (error) {
      if (!(error instanceof ReadonlySessionError)) throw error;
    }
  }

  /** Gives what undoes it. */
  expire(): () => void {
    return this.#cookie?.expire() ?? (() => {});
  }
}
