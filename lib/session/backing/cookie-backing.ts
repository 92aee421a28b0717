import { randomBytes } from "#primitives";
import { expireChunks, measureChunks, readChunks, writeChunks } from "../../cookie/chunks.ts";
import type { CookieJar } from "../../cookie/jar.ts";
import { CookieTooLargeError, SessionGoneError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import { sessionId } from "../../seal/token.ts";
import { expiry } from "../clocks.ts";
import { limitsOf, type Overrides } from "../overrides.ts";
import type { Backing, Content, Lookup, Saved } from "./backing.ts";
import { UINT48_BYTES, writeUint48 } from "./binary.ts";
import { attributesOf } from "./cookie-of.ts";
import { type CookiePayload, decodePayload, encodePayload, NONCE_BYTES } from "./cookie-payload.ts";
import { largestKeys } from "./largest-keys.ts";

/** A session that lives in its cookie: sealed, or signed and readable where only `validateKey` is given. */
export class CookieBacking implements Backing {
  readonly #config: Config;
  readonly #jar: CookieJar;
  id = "";
  #identity: { nonce: Uint8Array; created: number } = { nonce: new Uint8Array(NONCE_BYTES), created: 0 };
  #current: CookiePayload | undefined;
  /** What the browser's cookie was set with: it takes the same domain and path to expire it. */
  #sent: Overrides = {};

  constructor(config: Config, jar: CookieJar) {
    this.#config = config;
    this.#jar = jar;
  }

  get current(): Saved | undefined {
    return this.#current;
  }

  cookieValue(): string | undefined {
    return readChunks(this.#jar, this.#config.cookieName);
  }

  async read(now: number): Promise<Lookup> {
    this.#current = undefined;
    this.#sent = {};
    const sealed = this.cookieValue();
    if (sealed === undefined) return { status: "absent" };
    const { keys, cookieName, limits } = this.#config;
    const opened = await (keys.readable
      ? keys.ring.verify("session", cookieName, sealed)
      : keys.ring.open("session", cookieName, sealed));
    if (!opened) return { status: "ended", reason: "invalid" };
    let payload: CookiePayload;
    try {
      payload = decodePayload(opened.bytes);
    } catch (error) {
      return { status: "ended", reason: "invalid", error };
    }
    const { created, accessed, meta, text } = payload;
    this.#sent = meta;
    const id = await this.#idOf(payload);
    const expired = expiry(now, payload, limitsOf(limits, meta.timeout));
    if (expired) return { status: "ended", reason: expired, id };
    this.#identity = payload;
    this.#current = payload;
    this.id = id;
    return { status: "found", created, accessed, meta, text };
  }

  async renew(now: number): Promise<void> {
    this.#identity = { nonce: randomBytes(NONCE_BYTES), created: now };
    this.#current = undefined;
    this.id = await this.#idOf(this.#identity);
  }

  create(content: Content): Promise<void> {
    return this.#write({ ...content, nonce: this.#identity.nonce }, content);
  }

  async update(content: Content): Promise<void> {
    this.#mustLive();
    await this.#write({ ...content, nonce: this.#identity.nonce }, content);
  }

  async touch(now: number): Promise<boolean> {
    if (!this.#current || this.#isExpired(this.#current)) return false;
    await this.#write({ ...this.#current, accessed: now });
    return true;
  }

  async isLive(): Promise<boolean> {
    return this.#current !== undefined && !this.#isExpired(this.#current);
  }

  async reload(): Promise<Saved> {
    this.#mustLive();
    if (this.#current) return this.#current;
    throw new SessionGoneError(this.id);
  }

  async regenerate(now: number): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES);
    this.#mustLive();
    if (this.#current) await this.#write({ ...this.#current, nonce, accessed: now });
    this.#identity = { nonce, created: this.#identity.created };
    this.id = await this.#idOf(this.#identity);
  }

  /** Never: an old cookie stays as good as a new one, so there is nothing to gain (`rotateEvery` is refused). */
  async rotate(): Promise<boolean> {
    return false;
  }

  async end(): Promise<void> {
    expireChunks(this.#jar, this.#config.cookieName, attributesOf(this.#config, this.#sent));
    this.#current = undefined;
  }

  /** A request may hold a session for longer than its limit: a late save must not bring it back. */
  #mustLive(): void {
    if (this.#current && this.#isExpired(this.#current)) throw new SessionGoneError(this.id);
  }

  #isExpired(payload: CookiePayload): boolean {
    return (
      expiry(this.#config.now(), payload, limitsOf(this.#config.limits, payload.meta.timeout)) !== undefined
    );
  }

  async #write(payload: CookiePayload, content?: Content): Promise<void> {
    const { keys, cookieName, cookieChunks, serializer } = this.#config;
    const bytes = encodePayload(payload);
    const sealed = await (keys.readable
      ? keys.ring.sign("session", cookieName, bytes)
      : keys.ring.seal("session", cookieName, bytes));
    const size = measureChunks(cookieName, sealed, cookieChunks);
    if (size.bytes > size.limit) {
      throw new CookieTooLargeError({
        ...size,
        largest: content ? largestKeys(content.values, serializer) : [],
      });
    }
    writeChunks(this.#jar, cookieName, sealed, attributesOf(this.#config, payload.meta));
    this.#current = payload;
    this.#sent = payload.meta;
  }

  async #idOf(identity: { nonce: Uint8Array; created: number }): Promise<string> {
    const bytes = new Uint8Array(UINT48_BYTES + NONCE_BYTES);
    writeUint48(bytes, 0, identity.created);
    bytes.set(identity.nonce, UINT48_BYTES);
    return sessionId(this.#config.cookieName, bytes);
  }
}
