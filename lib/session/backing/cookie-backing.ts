import { runtime } from "#primitives";
import { expireChunks, measureChunks, readChunks, writeChunks } from "../../cookie/chunks.ts";
import type { CookieJar } from "../../cookie/jar.ts";
import { CookieTooLargeError, NotSupportedError, SessionGoneError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import { sessionId } from "../../seal/token.ts";
import { type ExpiryReason, expiry } from "../clocks.ts";
import { limitsOf, NO_META, type Overrides } from "../overrides.ts";
import type { Backing, Content, Lookup, Saved } from "./backing.ts";
import { UINT48_BYTES, writeUint48 } from "./binary.ts";
import { attributesOf } from "./cookie-of.ts";
import { type CookiePayload, decodePayload, encodePayload, newNonce } from "./cookie-payload.ts";
import { largestKeys } from "./largest-keys.ts";

interface Identity {
  readonly nonce: number;
  /** Epoch milliseconds. */
  readonly created: number;
}

/** A session that lives in its cookie: sealed, or signed and readable where only `validateKey` is given. */
export class CookieBacking implements Backing {
  readonly #config: Config;
  readonly #jar: CookieJar;
  #identity: Identity = { nonce: 0, created: 0 };
  #id: string | undefined;
  #current: CookiePayload | undefined;
  /** What the browser's cookie was set with: it takes the same domain and path to expire it. */
  #sent: Overrides = NO_META;
  /** What the cookie has held that this request knows of, having read or written it. */
  readonly #values: (string | undefined)[] = [];

  constructor(config: Config, jar: CookieJar) {
    this.#config = config;
    this.#jar = jar;
  }

  /** Hashed when somebody asks for it: most requests never do. */
  get id(): string {
    this.#id ??= this.#idOf(this.#identity) as string;
    return this.#id;
  }

  get current(): Saved | undefined {
    return this.#current;
  }

  get cookieIsNews(): boolean {
    return !this.#values.includes(readChunks(this.#jar, this.#config.cookieName));
  }

  read(now: number): MaybePromise<Lookup> {
    const sealed = readChunks(this.#jar, this.#config.cookieName);
    this.#values.push(sealed);
    this.#current = undefined;
    this.#sent = NO_META;
    if (sealed === undefined) return { status: "absent" };
    const { keys, cookieName } = this.#config;
    const opened = keys.readable
      ? keys.ring.verify("session", cookieName, sealed)
      : keys.ring.open("session", cookieName, sealed);
    return chain(opened, (opened) =>
      opened ? this.#judge(opened.bytes, now) : { status: "ended", reason: "invalid" },
    );
  }

  #judge(bytes: Uint8Array, now: number): MaybePromise<Lookup> {
    let payload: CookiePayload;
    try {
      payload = decodePayload(bytes);
    } catch (error) {
      return { status: "ended", reason: "invalid", error };
    }
    this.#sent = payload.meta;
    return chain(this.#become(payload), () => this.#found(payload, now));
  }

  #found(payload: CookiePayload, now: number): Lookup {
    const { created, accessed, meta, text } = payload;
    const expired = this.#expiry(payload, now);
    if (expired) return { status: "ended", reason: expired, id: this.id };
    this.#current = payload;
    return { status: "found", created, accessed, meta, text };
  }

  renew(now: number): MaybePromise<void> {
    this.#current = undefined;
    return this.#become({ nonce: newNonce(), created: now });
  }

  create(content: Content): MaybePromise<void> {
    const { created, accessed, meta, text } = content;
    return this.#write({ nonce: this.#identity.nonce, created, accessed, meta, text }, content);
  }

  update(content: Content): MaybePromise<void> {
    this.#mustLive(content.accessed);
    return this.create(content);
  }

  async touch(now: number): Promise<boolean> {
    if (!this.#current || this.#expiry(this.#current, now)) return false;
    await this.#write({ ...this.#current, accessed: now });
    return true;
  }

  async isLive(): Promise<boolean> {
    return this.#current !== undefined && !this.#expiry(this.#current, this.#config.now());
  }

  /** Asked for under a lock only. */
  reload(): Promise<never> {
    return this.lock();
  }

  async regenerate(now: number): Promise<void> {
    const nonce = newNonce();
    this.#mustLive(now);
    if (this.#current) await this.#write({ ...this.#current, nonce, accessed: now });
    await this.#become({ nonce, created: this.#identity.created });
  }

  async lock(): Promise<never> {
    throw new NotSupportedError(
      "A cookie session cannot be locked: it exists only in its browser, with nothing that requests could wait for. " +
        "Use a store (`store: sqliteStore(...)`) where they must not overwrite each other.",
    );
  }

  async end(): Promise<void> {
    expireChunks(this.#jar, this.#config.cookieName, attributesOf(this.#config, this.#sent));
    this.#values.push(undefined);
  }

  /** A request may hold a session for longer than its limit: a late save must not bring it back. */
  #mustLive(now: number): void {
    if (this.#current && this.#expiry(this.#current, now)) throw new SessionGoneError(this.id);
  }

  #expiry(payload: CookiePayload, now: number): ExpiryReason | undefined {
    return expiry(now, payload, limitsOf(this.#config.limits, payload.meta.timeout));
  }

  #write(payload: CookiePayload, content?: Content): MaybePromise<void> {
    const { keys, cookieName } = this.#config;
    const bytes = encodePayload(payload);
    const sealed = keys.readable
      ? keys.ring.sign("session", cookieName, bytes)
      : keys.ring.seal("session", cookieName, bytes);
    return chain(sealed, (sealed) => this.#send(sealed, payload, content));
  }

  #send(sealed: string, payload: CookiePayload, content: Content | undefined): void {
    const { cookieName, cookieChunks, serializer } = this.#config;
    const size = measureChunks(cookieName, sealed, cookieChunks);
    if (size.bytes > size.limit) {
      throw new CookieTooLargeError({
        ...size,
        largest: content ? largestKeys(content.values, serializer) : [],
      });
    }
    writeChunks(this.#jar, cookieName, sealed, attributesOf(this.#config, payload.meta));
    this.#values.push(sealed);
    this.#current = payload;
    this.#sent = payload.meta;
  }

  #become(identity: Identity): MaybePromise<void> {
    // WebCrypto promises a hash, and a getter cannot wait.
    return chain(runtime === "edge" ? this.#idOf(identity) : undefined, (id) => {
      this.#identity = identity;
      this.#id = id;
    });
  }

  #idOf(identity: Identity): MaybePromise<string> {
    const bytes = new Uint8Array(2 * UINT48_BYTES);
    writeUint48(bytes, writeUint48(bytes, 0, identity.created), identity.nonce);
    return sessionId(this.#config.cookieName, bytes);
  }
}
