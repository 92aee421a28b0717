import type { CookieJar } from "../../cookie/jar.ts";
import { ReadonlySessionError, SessionError, SessionGoneError, StoreUnavailableError } from "../../errors.ts";
import type { Config, SubjectRules } from "../../options/config.ts";
import { chain, isPromise, type MaybePromise } from "../../seal/maybe-promise.ts";
import { newToken, sessionId } from "../../seal/token.ts";
import type { SessionStore } from "../../stores/store.ts";
import { absoluteDeadline, type ExpiryReason, expiry, type Stamps, touchDue } from "../clocks.ts";
import type { HeldLock } from "../held-lock.ts";
import { acquireLock, type LockSettings } from "../locking.ts";
import { limitsOf, overridesOf } from "../overrides.ts";
import { writeWithinLimit } from "../subjects.ts";
import type { Backing, Content, Lookup, Rebase, Saved } from "./backing.ts";
import { type Known, updateRecord } from "./compare-and-set.ts";
import { reapInPassing } from "./reaper.ts";
import { type OpenRecord, Records } from "./records.ts";
import { moveRecord } from "./replace-id.ts";
import { graceOf, rotationDue, tryAlone } from "./rotation.ts";
import { StampedCookie } from "./stamped-cookie.ts";
import type { StampedToken } from "./stamps.ts";
import { openSuccessor, sealSuccessor } from "./successor.ts";

/** A session that lives in a store; its cookie carries a token and signed stamps. */
export class StoreBacking implements Backing {
  readonly #config: Config;
  readonly #store: SessionStore;
  readonly #records: Records;
  /** undefined: addressed by id, no cookie read or written. */
  readonly #cookie: StampedCookie | undefined;
  #token: Uint8Array | undefined;
  id: string;
  /** What the request's cookie says: needed when there is no record any more. */
  #stamped: StampedToken | undefined;
  /** What this request last knew to be stored. */
  #known: Known | undefined;
  /** The request came with an id that rotation has replaced: its cookie should name the new one. */
  #followed = false;

  constructor(config: Config, store: SessionStore, jar: CookieJar | undefined, id = "") {
    this.#config = config;
    this.#store = store;
    this.#records = new Records(config, store);
    this.#cookie = jar && new StampedCookie(config, jar);
    this.id = id;
  }

  get current(): Saved | undefined {
    return this.#known;
  }

  cookieValue(): string | undefined {
    return this.#cookie?.value();
  }

  read(cookieValue: string | undefined, now: number): MaybePromise<Lookup> {
    this.#known = undefined;
    if (!this.#cookie) return this.#readRecord(now);
    if (cookieValue === undefined) return { status: "absent" };
    return chain(this.#cookie.read(cookieValue), (stamped) =>
      stamped ? this.#readStamped(stamped, now) : { status: "ended", reason: "invalid" },
    );
  }

  #readStamped(stamped: StampedToken, now: number): MaybePromise<Lookup> {
    this.#stamped = stamped;
    return chain(this.#become(stamped.token), () => {
      // No save can move this limit, so the store need not be asked.
      const end = absoluteDeadline(stamped.created, this.#config.limits);
      if (end !== null && now > end) return { status: "ended", reason: "absolute", id: this.id };
      return this.#readRecord(now);
    });
  }

  #readRecord(now: number): MaybePromise<Lookup> {
    let record: MaybePromise<OpenRecord | undefined>;
    try {
      record = chain(this.#records.get(this.id), (record) => this.#follow(record, now));
    } catch (error) {
      return this.#unread(error);
    }
    return isPromise(record)
      ? record.then(
          (record) => this.#judge(record, now),
          (error) => this.#unread(error),
        )
      : this.#judge(record, now);
  }

  #unread(error: unknown): Lookup {
    if (!(error instanceof SessionError)) return { status: "ended", reason: "invalid", id: this.id, error };
    if (!(error instanceof StoreUnavailableError) || this.#config.onStoreError === "throw") throw error;
    return { status: "unreachable", error };
  }

  #judge(record: OpenRecord | undefined, now: number): MaybePromise<Lookup> {
    const { id } = this;
    if (!record) return { status: "ended", reason: this.#expiryByStamps(now) ?? "revoked", id };
    if (record.content.kind === "replaced") return { status: "absent" };
    const { created, accessed, subject, version } = record;
    const { meta, text } = record.content;
    // Middleware on the Edge notes an access in the cookie only; the later of the two is the true one.
    const latest = { created, accessed: Math.max(accessed, this.#stamped?.accessed ?? 0) };
    const reason = expiry(now, latest, limitsOf(this.#config.limits, meta.timeout));
    if (reason) return this.#dispose(id, reason);
    this.#known = { created, accessed, subject, version, meta, text };
    return { status: "found", created, accessed, subject, meta, text };
  }

  /** Judged expired by the clock that every server shares, so no other request can be keeping it alive. */
  async #dispose(id: string, reason: ExpiryReason): Promise<Lookup> {
    await this.#records.delete(id).catch(() => {});
    return { status: "ended", reason, id };
  }

  /** Why a record that is not there any more went, as far as the cookie tells. */
  #expiryByStamps(now: number): ExpiryReason | undefined {
    const stamped = this.#stamped;
    return stamped && expiry(now, stamped, limitsOf(this.#config.limits, stamped.overrides.timeout));
  }

  renew(): MaybePromise<void> {
    this.#known = undefined;
    this.#stamped = undefined;
    return this.#become(newToken());
  }

  async create(content: Content): Promise<void> {
    const undo = await this.#writeCookie(content);
    const version = await orUndo(undo, async () => this.#records.set(this.id, content, "absent"));
    if (version === false) {
      undo();
      throw new SessionGoneError(this.id);
    }
    this.#known = { ...content, version };
    reapInPassing(this.#config, this.#store);
  }

  update(content: Content, rebase: Rebase, cookieChanged: boolean): MaybePromise<void> {
    const known = this.#mustKnow();
    if (cookieChanged) return this.#updateWithCookie(known, content, rebase);
    return chain(this.#updateRecord(known, content, rebase), (known) => {
      this.#known = known;
      return this.#refreshCookie();
    });
  }

  async #updateWithCookie(known: Known, content: Content, rebase: Rebase): Promise<void> {
    const undo = await this.#writeCookie(content);
    this.#known = await orUndo(undo, async () => this.#updateRecord(known, content, rebase));
    // What another request had set goes with the cookie as well.
    if (this.#known.meta !== content.meta) await this.#writeCookieIfPossible(this.#known);
    await this.#refreshCookie();
  }

  #updateRecord(known: Known, content: Content, rebase: Rebase): MaybePromise<Known> {
    const steps = {
      write: (next: Content, version: string) => this.#records.set(this.id, next, { version }),
      latest: () => this.#latest(),
    };
    return chain(this.#unlessExpired(known), ({ version }) =>
      updateRecord(steps, this.id, version, content, rebase),
    );
  }

  async touch(now: number): Promise<boolean> {
    let known = this.#mustKnow();
    try {
      known = await this.#unlessExpired(known);
    } catch (error) {
      if (error instanceof SessionGoneError) return false;
      throw error;
    }
    const stamps = { created: known.created, accessed: now };
    if (!(await this.#records.touch(this.id, stamps, known.meta))) return false;
    this.#known = { ...known, accessed: now };
    await this.#writeCookieIfPossible(this.#known);
    return true;
  }

  async isLive(): Promise<boolean> {
    this.#mustKnow();
    try {
      await this.#latest();
      return true;
    } catch (error) {
      if (error instanceof SessionGoneError) return false;
      throw error;
    }
  }

  async reload(): Promise<Saved> {
    this.#mustKnow();
    this.#known = await this.#latest();
    return this.#known;
  }

  async regenerate(now: number): Promise<void> {
    await this.#move(now, async () => ({}));
  }

  mayRotate(now: number): boolean {
    return (
      this.#known !== undefined && (this.#cookieIsDue(this.#known) || this.#rotationIsDue(this.#known, now))
    );
  }

  async rotate(now: number): Promise<boolean> {
    const known = this.#mustKnow();
    await this.#refreshCookie();
    if (!this.#rotationIsDue(known, now)) return false;
    return tryAlone(this.#records, this.id, async () => {
      try {
        await this.#move(now, async (oldId, token) => ({
          next: await sealSuccessor(this.#config, oldId, token),
          until: now + graceOf(this.#config),
        }));
        return true;
      } catch (error) {
        if (error instanceof ReadonlySessionError) return false;
        if (!(error instanceof SessionGoneError)) throw error;
        // Another request was faster: its successor is ours as well.
        this.#known = await this.#latest();
        await this.#refreshCookie();
        return true;
      }
    });
  }

  lock(settings: LockSettings): Promise<HeldLock> {
    return acquireLock(this.#records, this.id, settings);
  }

  withinLimit(rules: SubjectRules, subject: string, write: () => MaybePromise<void>): MaybePromise<void> {
    return writeWithinLimit(this.#config, this.#store, rules, subject, () => this.id, write);
  }

  async end(): Promise<void> {
    const known = this.#known;
    const undo = this.#cookie?.expire() ?? (() => {});
    if (known) await orUndo(undo, () => this.#records.delete(this.id));
    this.#known = undefined;
  }

  async #move(
    now: number,
    successor: (oldId: string, token: Uint8Array) => Promise<{ next?: string; until?: number }>,
  ): Promise<void> {
    const known = { ...(await this.#unlessExpired(this.#mustKnow())), accessed: now };
    const old = { id: this.id, token: this.#token };
    await this.#become(newToken());
    const content = { ...known, meta: { ...known.meta, issued: now } };
    let undo = () => {};
    try {
      undo = await this.#writeCookie(content);
      const replaced = await successor(old.id, this.#token as Uint8Array);
      this.#known = await moveRecord(this.#records, old.id, this.id, content, replaced, now);
    } catch (error) {
      undo();
      this.id = old.id;
      this.#token = old.token;
      throw error;
    }
  }

  #rotationIsDue(known: Known, now: number): boolean {
    return this.#cookie !== undefined && rotationDue(this.#config, known, now);
  }

  /** Goes from an id that rotation has replaced to the one that replaced it, within the grace time. */
  #follow(record: OpenRecord | undefined, now: number): MaybePromise<OpenRecord | undefined> {
    if (record?.content.kind !== "replaced" || !record.content.next || now > (record.content.until ?? 0))
      return record;
    return this.#followTo(record, record.content.next);
  }

  async #followTo(record: OpenRecord, next: string): Promise<OpenRecord | undefined> {
    const token = await openSuccessor(this.#config, this.id, next);
    if (!token) return record;
    await this.#become(token);
    this.#followed = true;
    return this.#records.get(this.id);
  }

  #refreshCookie(): MaybePromise<void> {
    const known = this.#known;
    if (!known || !this.#cookieIsDue(known)) return;
    this.#followed = false;
    return this.#writeCookieIfPossible(known);
  }

  /**
   * Whether to send the cookie again: where it names an id that was replaced, or where it is long since it was sent.
   * Saves move the record's clock, as does a render that cannot set cookies; browsers count from the cookie.
   */
  #cookieIsDue({ accessed, meta }: Known): boolean {
    const { saveAccessedTime, limits } = this.#config;
    const sent = this.#stamped?.accessed;
    const isOld = sent !== undefined && touchDue(accessed, sent, limitsOf(limits, meta.timeout));
    return this.#followed || (saveAccessedTime && isOld);
  }

  /** What is stored now, under this id or the one that rotation gave it. */
  async #latest(): Promise<Known> {
    const { id } = this;
    const record = await this.#follow(await this.#records.get(id), this.#config.now());
    if (record?.content.kind !== "live") throw new SessionGoneError(id);
    const { content, ...rest } = record;
    const known = { ...rest, meta: content.meta, text: content.text };
    if (this.#isExpired(known)) throw new SessionGoneError(id);
    return known;
  }

  /** A request may hold a session for longer than its limit: then only what others stored can have kept it alive. */
  #unlessExpired(known: Known): MaybePromise<Known> {
    return this.#isExpired(known) ? this.#latest() : known;
  }

  #isExpired(known: Known): boolean {
    return expiry(this.#config.now(), known, limitsOf(this.#config.limits, known.meta.timeout)) !== undefined;
  }

  #mustKnow(): Known {
    if (this.#known) return this.#known;
    throw new SessionGoneError(this.id);
  }

  #become(token: Uint8Array): MaybePromise<void> {
    this.#token = token;
    return chain(sessionId(this.#config.cookieName, token), (id) => {
      this.id = id;
    });
  }

  async #writeCookie(content: Pick<Saved, "meta"> & Stamps): Promise<() => void> {
    if (!this.#cookie || !this.#token) return () => {};
    const { created, accessed, meta } = content;
    const stamped = { token: this.#token, created, accessed, overrides: overridesOf(meta) };
    const undo = await this.#cookie.write(stamped);
    this.#stamped = stamped;
    return undo;
  }

  /** The store has the last word; its cookie is refreshed where a cookie can be set. */
  async #writeCookieIfPossible(content: Pick<Saved, "meta"> & Stamps): Promise<void> {
    try {
      await this.#writeCookie(content);
    } catch (error) {
      if (!(error instanceof ReadonlySessionError)) throw error;
    }
  }
}

async function orUndo<T>(undo: () => void, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    undo();
    throw error;
  }
}
