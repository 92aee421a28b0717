import type { CookieJar } from "../../cookie/jar.ts";
import { ReadonlySessionError, SessionGoneError } from "../../errors.ts";
import type { Config, SubjectRules } from "../../options/config.ts";
import { chain, type MaybePromise } from "../../seal/maybe-promise.ts";
import { newToken } from "../../seal/token.ts";
import type { SessionStore } from "../../stores/store.ts";
import { absoluteDeadline } from "../clocks.ts";
import type { HeldLock } from "../held-lock.ts";
import { acquireLock, type LockSettings } from "../locking.ts";
import { writeWithinLimit } from "../subjects.ts";
import type { Backing, Content, Lookup, Rebase, Saved } from "./backing.ts";
import { Bearer } from "./bearer.ts";
import { type Known, updateRecord } from "./compare-and-set.ts";
import { endRecord } from "./end-record.ts";
import { reapInPassing } from "./reaper.ts";
import { Records } from "./records.ts";
import { movedFrom, moveRecord } from "./replace-id.ts";
import { graceOf, rotationDue, tryAlone } from "./rotation.ts";
import { Stored } from "./stored.ts";
import { sealSuccessor } from "./successor.ts";

/** A session that lives in a store; its cookie carries a token and signed stamps. */
export class StoreBacking implements Backing {
  readonly #config: Config;
  readonly #store: SessionStore;
  readonly #records: Records;
  readonly #bearer: Bearer;
  readonly #stored: Stored;
  /** What this request last knew to be stored. */
  #known: Known | undefined;

  constructor(config: Config, store: SessionStore, jar: CookieJar | undefined, id = "") {
    this.#config = config;
    this.#store = store;
    this.#records = new Records(config, store);
    this.#bearer = new Bearer(config, jar, id);
    this.#stored = new Stored(config, this.#records, this.#bearer);
  }

  get id(): string {
    return this.#bearer.id;
  }

  get current(): Saved | undefined {
    return this.#known;
  }

  get cookieIsNews(): boolean {
    return this.#bearer.cookieIsNews;
  }

  read(now: number): MaybePromise<Lookup> {
    this.#known = undefined;
    const cookieValue = this.#bearer.look();
    // Without cookies and without an id nobody has presented anything.
    if (!this.#bearer.hasCookie) return this.id === "" ? { status: "absent" } : this.#look(now);
    if (cookieValue === undefined) return { status: "absent" };
    return chain(this.#bearer.read(cookieValue), (stamped) => {
      if (!stamped) return { status: "ended", reason: "invalid" };
      // No save can move this limit, so the store need not be asked.
      const end = absoluteDeadline(stamped.created, this.#config.limits);
      if (end !== null && now > end) return { status: "ended", reason: "absolute", id: this.id };
      return this.#look(now);
    });
  }

  #look(now: number): MaybePromise<Lookup> {
    return chain(this.#stored.look(now), (lookup) => {
      if (lookup.status === "found") this.#known = lookup;
      return lookup;
    });
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
      latest: () => this.#stored.latest(),
    };
    return chain(this.#stored.unlessExpired(known, content.accessed), ({ version }) =>
      updateRecord(steps, this.id, version, content, rebase),
    );
  }

  async touch(now: number): Promise<boolean> {
    let known = this.#mustKnow();
    try {
      known = await this.#stored.unlessExpired(known, now);
    } catch (error) {
      if (error instanceof SessionGoneError) return false;
      throw error;
    }
    if (known.outdated && (await this.#sealAnew(known, now))) return true;
    const stamps = { created: known.created, accessed: now };
    if (!(await this.#records.touch(this.id, stamps, known.meta))) return false;
    this.#known = { ...known, accessed: now };
    await this.#bearer.writeIfPossible(this.#known);
    return true;
  }

  async isLive(): Promise<boolean> {
    this.#mustKnow();
    return (await this.#stored.find()) !== undefined;
  }

  /** The same value under the first of several `encryptKey`s. False if another request has written there since. */
  async #sealAnew(known: Known, now: number): Promise<boolean> {
    const content = { ...known, accessed: now, outdated: false };
    const version = await this.#records.set(this.id, content, { version: known.version });
    if (version === false) return false;
    this.#known = { ...content, version };
    await this.#bearer.writeIfPossible(this.#known);
    return true;
  }

  async reload(take: (stored: Saved) => Promise<void>): Promise<void> {
    this.#mustKnow();
    const latest = await this.#stored.latest();
    await take(latest);
    this.#known = latest;
  }

  async regenerate(now: number): Promise<void> {
    const { id } = this;
    try {
      await this.#move(now);
    } catch (error) {
      // Another request may have rotated the session meanwhile.
      const successor = error instanceof SessionGoneError ? await this.#stored.find() : undefined;
      if (!successor || this.id === id) throw error;
      this.#known = successor;
      await this.#move(now);
    }
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
      const { id } = this;
      try {
        // The lock has given the record a version of its own.
        if (this.#records.canLock) this.#known = await this.#stored.latest();
        if (this.id === id) await this.#move(now, now + graceOf(this.#config));
        else await this.#bearer.refresh(this.#mustKnow());
        return true;
      } catch (error) {
        if (error instanceof ReadonlySessionError) return false;
        if (!(error instanceof SessionGoneError)) throw error;
        // Another request was faster: its successor is ours as well. Or it ended the session, as the next one will see.
        const successor = await this.#stored.find();
        if (!successor) return false;
        this.#known = successor;
        await this.#bearer.refresh(successor);
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
    const undo = this.#bearer.expire();
    if (this.#known) await orUndo(undo, () => endRecord(this.#config, this.#records, this.id, this.#known));
  }

  /** @param until how long the old id leads to the new one; left out: for nobody but who ends the session. */
  async #move(now: number, until?: number): Promise<void> {
    const known = { ...(await this.#stored.unlessExpired(this.#mustKnow(), now)), accessed: now };
    const oldId = this.id;
    const token = newToken();
    const goBack = this.#bearer.keep();
    await this.#bearer.become(token);
    const { subject } = this.#config;
    const content = { ...known, meta: { ...known.meta, issued: now, ...(subject && movedFrom(oldId)) } };
    let undo = () => {};
    try {
      undo = await this.#bearer.write(content);
      const next = await sealSuccessor(this.#config, oldId, token);
      this.#known = await moveRecord(this.#records, oldId, this.id, content, { next, until }, now);
    } catch (error) {
      undo();
      goBack();
      throw error;
    }
  }

  #rotationIsDue(known: Known, now: number): boolean {
    return this.#bearer.hasCookie && rotationDue(this.#config, known, now);
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
