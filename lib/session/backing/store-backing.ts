import type { CookieJar } from "../../cookie/jar.ts";
import { ReadonlySessionError, SessionError, SessionGoneError, StoreUnavailableError } from "../../errors.ts";
import type { Config, SubjectRules } from "../../options/config.ts";
import { chain, isPromise, type MaybePromise } from "../../seal/maybe-promise.ts";
import { newToken } from "../../seal/token.ts";
import type { SessionStore } from "../../stores/store.ts";
import { absoluteDeadline, type ExpiryReason, expiry } from "../clocks.ts";
import type { HeldLock } from "../held-lock.ts";
import { acquireLock, type LockSettings } from "../locking.ts";
import { limitsOf } from "../overrides.ts";
import { writeWithinLimit } from "../subjects.ts";
import type { Backing, Content, Lookup, Rebase, Saved } from "./backing.ts";
import { Bearer } from "./bearer.ts";
import { type Known, updateRecord } from "./compare-and-set.ts";
import { reapInPassing } from "./reaper.ts";
import { type OpenRecord, Records } from "./records.ts";
import { moveRecord } from "./replace-id.ts";
import { graceOf, rotationDue, tryAlone } from "./rotation.ts";
import { sealSuccessor } from "./successor.ts";

/** A session that lives in a store; its cookie carries a token and signed stamps. */
export class StoreBacking implements Backing {
  readonly #config: Config;
  readonly #store: SessionStore;
  readonly #records: Records;
  readonly #bearer: Bearer;
  /** What this request last knew to be stored. */
  #known: Known | undefined;

  constructor(config: Config, store: SessionStore, jar: CookieJar | undefined, id = "") {
    this.#config = config;
    this.#store = store;
    this.#records = new Records(config, store);
    this.#bearer = new Bearer(config, jar, id);
  }

  get id(): string {
    return this.#bearer.id;
  }

  get current(): Saved | undefined {
    return this.#known;
  }

  cookieValue(): string | undefined {
    return this.#bearer.cookieValue();
  }

  read(cookieValue: string | undefined, now: number): MaybePromise<Lookup> {
    this.#known = undefined;
    if (!this.#bearer.hasCookie) return this.#readRecord(now);
    if (cookieValue === undefined) return { status: "absent" };
    return chain(this.#bearer.read(cookieValue), (stamped) => {
      if (!stamped) return { status: "ended", reason: "invalid" };
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
    if (!record) return { status: "ended", reason: this.#bearer.expiry(now) ?? "revoked", id };
    if (record.content.kind === "replaced") return { status: "absent" };
    const { created, accessed, subject, version } = record;
    const { meta, text } = record.content;
    // Middleware on the Edge notes an access in the cookie only; the later of the two is the true one.
    const latest = { created, accessed: Math.max(accessed, this.#bearer.accessed) };
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

  renew(): MaybePromise<void> {
    this.#known = undefined;
    return this.#bearer.renew(newToken());
  }

  async create(content: Content): Promise<void> {
    const undo = await this.#bearer.write(content);
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
      return this.#bearer.refresh(known);
    });
  }

  async #updateWithCookie(known: Known, content: Content, rebase: Rebase): Promise<void> {
    const undo = await this.#bearer.write(content);
    this.#known = await orUndo(undo, async () => this.#updateRecord(known, content, rebase));
    // What another request had set goes with the cookie as well.
    if (this.#known.meta !== content.meta) await this.#bearer.writeIfPossible(this.#known);
    await this.#bearer.refresh(this.#known);
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
    await this.#bearer.writeIfPossible(this.#known);
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
    const known = this.#known;
    return known !== undefined && (this.#bearer.isDue(known) || this.#rotationIsDue(known, now));
  }

  async rotate(now: number): Promise<boolean> {
    const known = this.#mustKnow();
    await this.#bearer.refresh(known);
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
        await this.#bearer.refresh(this.#known);
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
    const undo = this.#bearer.expire();
    if (known) await orUndo(undo, () => this.#records.delete(this.id));
    this.#known = undefined;
  }

  async #move(
    now: number,
    successor: (oldId: string, token: Uint8Array) => Promise<{ next?: string; until?: number }>,
  ): Promise<void> {
    const known = { ...(await this.#unlessExpired(this.#mustKnow())), accessed: now };
    const oldId = this.id;
    const token = newToken();
    const goBack = this.#bearer.keep();
    await this.#bearer.become(token);
    const content = { ...known, meta: { ...known.meta, issued: now } };
    let undo = () => {};
    try {
      undo = await this.#bearer.write(content);
      const replaced = await successor(oldId, token);
      this.#known = await moveRecord(this.#records, oldId, this.id, content, replaced, now);
    } catch (error) {
      undo();
      goBack();
      throw error;
    }
  }

  #rotationIsDue(known: Known, now: number): boolean {
    return this.#bearer.hasCookie && rotationDue(this.#config, known, now);
  }

  /** Goes from an id that rotation has replaced to the one that replaced it, within the grace time. */
  #follow(record: OpenRecord | undefined, now: number): MaybePromise<OpenRecord | undefined> {
    if (record?.content.kind !== "replaced" || !record.content.next || now > (record.content.until ?? 0))
      return record;
    return this.#followTo(record, record.content.next);
  }

  async #followTo(record: OpenRecord, next: string): Promise<OpenRecord | undefined> {
    return (await this.#bearer.follow(next)) ? this.#records.get(this.id) : record;
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
}

async function orUndo<T>(undo: () => void, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    undo();
    throw error;
  }
}
