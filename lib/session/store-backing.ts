import type { CookieJar } from "../cookie/jar.ts";
import { ReadonlySessionError, SessionGoneError, StoreUnavailableError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import { newToken, sessionId } from "../seal/token.ts";
import type { SessionStore } from "../stores/store.ts";
import type { Backing, Content, Lookup, Rebase, Saved } from "./backing.ts";
import { absoluteDeadline, expiry, type Stamps } from "./clocks.ts";
import { updateRecord } from "./compare-and-set.ts";
import { limitsOf, type Overrides, overridesOf } from "./overrides.ts";
import { reapInPassing } from "./reaper.ts";
import { type OpenRecord, Records } from "./records.ts";
import { StampedCookie } from "./stamped-cookie.ts";

/** What this request last knew to be stored. */
interface Known extends Saved, Stamps {
  readonly version: string;
}

/** A session that lives in a store; its cookie carries a token and signed stamps. */
export class StoreBacking implements Backing {
  readonly #config: Config;
  readonly #store: SessionStore;
  readonly #records: Records;
  /** undefined: addressed by id, no cookie read or written. */
  readonly #cookie: StampedCookie | undefined;
  #token: Uint8Array | undefined;
  #id = "";
  /** What the request's cookie says of its own attributes: needed to expire it when there is no record any more. */
  #overrides: Overrides = {};
  #known: Known | undefined;

  constructor(config: Config, store: SessionStore, jar: CookieJar | undefined, id = "") {
    this.#config = config;
    this.#store = store;
    this.#records = new Records(config, store);
    this.#cookie = jar && new StampedCookie(config, jar);
    this.#id = id;
  }

  cookieValue(): string | undefined {
    return this.#cookie?.value();
  }

  async read(now: number): Promise<Lookup> {
    this.#known = undefined;
    if (this.#cookie) {
      const refused = await this.#readCookie(this.#cookie, now);
      if (refused) return refused;
    }
    const id = this.#id;
    let record: OpenRecord | undefined;
    try {
      record = await this.#records.get(id);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) return { status: "ended", reason: "invalid", id, error };
      if (this.#config.onStoreError === "throw") throw error;
      return { status: "unreachable", error };
    }
    if (!record) return { status: "ended", reason: "revoked", id };
    if (record.content.kind === "replaced") return { status: "absent" };
    const { created, accessed, content } = record;
    const expired = expiry(now, record, limitsOf(this.#config.limits, content.meta.timeout));
    if (expired) {
      // Judged expired by the clock that every server shares, so no other request can be keeping it alive.
      await this.#records.delete(id).catch(() => {});
      return { status: "ended", reason: expired, id };
    }
    const { isRevoked } = this.#config;
    if (isRevoked && (await isRevoked({ id, created }))) return { status: "ended", reason: "revoked", id };
    const saved = { created, meta: content.meta, text: content.text };
    this.#known = { ...saved, accessed, version: record.version };
    return { status: "found", id, accessed, ...saved };
  }

  /** A forged cookie, or one past the absolute limit that no save can move, never reaches the store. */
  async #readCookie(cookie: StampedCookie, now: number): Promise<Lookup | undefined> {
    const value = cookie.value();
    if (value === undefined) return { status: "absent" };
    const stamped = await cookie.read(value);
    if (!stamped) return { status: "ended", reason: "invalid" };
    this.#token = stamped.token;
    this.#overrides = stamped.overrides;
    this.#id = await sessionId(this.#config.cookieName, stamped.token);
    const end = absoluteDeadline(stamped.created, this.#config.limits);
    return end !== null && now > end ? { status: "ended", reason: "absolute", id: this.#id } : undefined;
  }

  async renew(): Promise<string> {
    this.#known = undefined;
    this.#token = newToken();
    this.#id = await sessionId(this.#config.cookieName, this.#token);
    return this.#id;
  }

  async create(content: Content): Promise<void> {
    const undo = await this.#writeCookie(content);
    const version = await this.#orUndo(undo, () => this.#records.set(this.#id, content, content, "absent"));
    if (version === false) {
      undo();
      throw new SessionGoneError(this.#id);
    }
    this.#known = { ...content, version };
    reapInPassing(this.#config, this.#store);
  }

  async update(content: Content, rebase: Rebase, cookieChanged: boolean): Promise<void> {
    const known = this.#mustKnow();
    const undo = cookieChanged ? await this.#writeCookie(content) : () => {};
    const written = await this.#orUndo(undo, () =>
      updateRecord(this.#records, this.#config, this.#id, known, content, rebase),
    );
    this.#known = written;
  }

  async touch(now: number): Promise<boolean> {
    const known = this.#mustKnow();
    const stamps = { created: known.created, accessed: now };
    if (!(await this.#records.touch(this.#id, stamps, known.meta))) return false;
    this.#known = { ...known, accessed: now };
    try {
      await this.#writeCookie(this.#known);
    } catch (error) {
      // The store has the last word; the stamps in the cookie are refreshed where a cookie can be set.
      if (!(error instanceof ReadonlySessionError)) throw error;
    }
    return true;
  }

  async regenerate(now: number): Promise<string> {
    let known = this.#mustKnow();
    const oldId = this.#id;
    const oldToken = this.#token;
    this.#token = newToken();
    this.#id = await sessionId(this.#config.cookieName, this.#token);
    let undo = () => {};
    const back = () => {
      undo();
      this.#token = oldToken;
      this.#id = oldId;
    };
    try {
      undo = await this.#writeCookie({ ...known, accessed: now });
      // The new record first: whatever fails from here on, one of the two ids works.
      let version = await this.#records.set(this.#id, { ...known, accessed: now }, known, "absent");
      while (!(await this.#records.replace(oldId, known, known.version, now))) {
        const latest = await this.#records.get(oldId);
        if (latest?.content.kind !== "live") throw new SessionGoneError(oldId);
        known = { ...latest, meta: latest.content.meta, text: latest.content.text };
        version = await this.#records.set(this.#id, { ...known, accessed: now }, known, "present");
      }
      this.#known = { ...known, accessed: now, version: version || "" };
    } catch (error) {
      await this.#records.delete(this.#id).catch(() => {});
      back();
      throw error;
    }
    return this.#id;
  }

  async end(): Promise<void> {
    const known = this.#known;
    const undo = this.#cookie?.expire(known?.meta ?? this.#overrides) ?? (() => {});
    if (known) await this.#orUndo(undo, () => this.#records.delete(this.#id));
    this.#known = undefined;
  }

  #mustKnow(): Known {
    if (this.#known) return this.#known;
    throw new SessionGoneError(this.#id);
  }

  async #writeCookie(content: Saved & Stamps): Promise<() => void> {
    if (!this.#cookie || !this.#token) return () => {};
    const { created, accessed, meta } = content;
    return this.#cookie.write({ token: this.#token, created, accessed, overrides: overridesOf(meta) });
  }

  async #orUndo<T>(undo: () => void, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      undo();
      throw error;
    }
  }
}
