import { ReadonlySessionError, SessionGoneError, StoreUnavailableError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import { chain, type MaybePromise } from "../seal/maybe-promise.ts";
import { confirm } from "./access.ts";
import { type Admission, admit, type Found } from "./admit.ts";
import type { Backing, Content, Lookup, Saved } from "./backing/backing.ts";
import { type Ended, reportEnd } from "./endings.ts";
import type { HeldLock } from "./held-lock.ts";
import type { LockSettings, SessionLock } from "./locking.ts";
import type { Merged, OnConflict } from "./merge.ts";
import type { ToSave } from "./operation-options.ts";
import { State } from "./state.ts";
import { Turns } from "./turns.ts";
import { keepUp, moved } from "./upkeep.ts";

/**
 * What a session does, on either backing. `Session` is its public face.
 *
 * What is done at each request is a method, and what waits for it a function that does no more than call it: V8 throws
 * away what it has compiled for a function with the last one made of it, and these are made anew at each request.
 */
export class Engine {
  readonly #config: Config;
  readonly #backing: Backing;
  readonly #turns = new Turns();
  readonly state: State;
  wasInvalidated = false;
  /** Why a session that was presented is not there; undefined when there was none, or it is. */
  ended: Ended | undefined;
  #unreachable: unknown;
  #held: HeldLock | undefined;

  constructor(config: Config, backing: Backing) {
    this.#config = config;
    this.#backing = backing;
    this.state = new State(config);
  }

  /** Public id. */
  get id(): string {
    return this.#backing.id;
  }

  /** Whether somebody else has set the session's cookie in this request. `after()` shows an old value: no news. */
  get isStale(): boolean {
    // In the midst of a save the cookie is news to nobody but this session.
    return !this.#turns.busy && this.#backing.cookieIsNews;
  }

  /**
   * Without a promise where the session was there at once: in its cookie on Node.js, or in an embedded store.
   *
   * @param touch whether this read counts as an access; a function is asked only where that would be written down.
   */
  load(touch: boolean | (() => boolean) = true): MaybePromise<void> {
    return this.#turns.take(() => this.#load(touch));
  }

  save(options: ToSave): MaybePromise<void> {
    return this.#turns.take(() => this.#save(options));
  }

  /** Holds this session against all others who would lock it, and sees what they have stored. */
  async lock(settings: LockSettings): Promise<SessionLock> {
    for (;;) {
      const { id } = this;
      const held = await this.#backing.lock(settings);
      try {
        await this.#refresh();
      } catch (error) {
        await held.release();
        throw error;
      }
      if (id === this.id) return this.#hold(held);
      // Rotation has moved the session meanwhile: the lock that counts is the one on the new id.
      await held.release();
    }
  }

  async unlock(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.release();
  }

  regenerate(): Promise<void> {
    return this.#named("regenerate", async () => {
      this.#mustReach();
      const now = this.#config.now();
      const { id } = this;
      if (this.state.isNew) return this.#backing.renew(now);
      await this.#backing.regenerate(now);
      this.state.accessedAt(now);
      await moved(this.#config, this.#backing, this.state, id);
    });
  }

  end(type: "invalidated" | "deleted"): Promise<void> {
    return this.#named(type === "deleted" ? "delete" : "invalidate", async () => {
      this.#mustReach();
      const { id } = this;
      const { isNew } = this.state;
      await this.#backing.end();
      await this.#startEmpty(this.#config.now());
      this.wasInvalidated ||= type === "invalidated";
      if (!isNew) this.#config.emit?.({ type, id });
    });
  }

  #load(touch: boolean | (() => boolean)): MaybePromise<void> {
    const now = this.#config.now();
    return chain(this.#backing.read(now), (lookup) =>
      chain(this.#take(lookup, now), () => this.#keepUp(lookup, now, touch)),
    );
  }

  #startEmpty(now: number): MaybePromise<void> {
    return chain(this.#backing.renew(now), () => this.state.startEmpty(now));
  }

  /** Makes what was found the session, or starts an empty one. */
  #take(lookup: Lookup, now: number): MaybePromise<void> {
    this.ended = undefined;
    this.#unreachable = lookup.status === "unreachable" ? lookup.error : undefined;
    if (lookup.status === "found") {
      return chain(
        admit(this.#config, lookup, () => this.id),
        (admission) => this.#takeAdmitted(lookup, admission, now),
      );
    }
    if (lookup.status === "ended") {
      this.ended = lookup;
      reportEnd(this.#config, lookup);
    }
    return this.#startEmpty(now);
  }

  #takeAdmitted(found: Found, admission: Admission, now: number): MaybePromise<void> {
    if (admission.status === "ended") {
      this.ended = admission;
      return this.#startEmpty(now);
    }
    this.state.adopt(found, admission.values, now);
    this.#config.emit?.({ type: "loaded", id: this.id });
  }

  #keepUp(lookup: Lookup, now: number, touch: boolean | (() => boolean)): MaybePromise<void> {
    if (lookup.status !== "found" || this.ended) return;
    const due = keepUp(this.#config, this.#backing, this.state, lookup, now);
    if (due && (typeof touch === "function" ? touch() : touch)) return due();
  }

  #save(options: ToSave): MaybePromise<void> {
    this.#mustReach();
    const now = this.#config.now();
    if (options.accessedOnly) return this.#saveAccess(now);
    return chain(this.state.content(now), (content) => this.#saveContent(content, options));
  }

  #saveContent(content: Content, { onConflict, onlyChanges }: ToSave): MaybePromise<void> {
    if (!this.state.isStored(content)) return this.#write(content, onConflict ?? "overwrite");
    return onlyChanges ? undefined : this.#saveUnchanged(content.accessed);
  }

  async #saveAccess(now: number): Promise<void> {
    if (!this.state.isNew && this.#config.saveAccessedTime) await this.#confirm(now);
  }

  async #saveUnchanged(now: number): Promise<void> {
    if (!(await this.#confirm(now))) throw new SessionGoneError(this.id);
  }

  #confirm(now: number): Promise<boolean> {
    return confirm(this.#config, this.#backing, this.state, now);
  }

  #write(content: Content, onConflict: OnConflict): MaybePromise<void> {
    const write = () => (this.state.isNew ? this.#create(content) : this.#update(content, onConflict));
    const rules = this.#config.subject;
    if (!rules || content.subject === undefined || !this.state.changesSubject(content)) return write();
    return this.#backing.withinLimit ? this.#backing.withinLimit(rules, content.subject, write) : write();
  }

  #create(content: Content): MaybePromise<void> {
    return chain(this.#backing.create(content), () => {
      this.state.wrote(content);
      this.#config.emit?.({ type: "created", id: this.id });
    });
  }

  #update(content: Content, onConflict: OnConflict): MaybePromise<void> {
    let last: { readonly content: Content; readonly merged?: Merged } = { content };
    const rebase = async (theirs: Saved) => {
      // Only who lost the lock can be overtaken by its next holder: that lock has changed the record's version.
      await this.#held?.confirm();
      last = await this.state.rebase(this.id, content, theirs, onConflict);
      return last.content;
    };
    return chain(this.#backing.update(content, rebase, this.state.overrides(content)), () => {
      this.state.wrote(last.content, last.merged);
      this.#config.emit?.({ type: "saved", id: this.id });
    });
  }

  #refresh(): MaybePromise<void> {
    return this.#turns.take(async () => {
      if (this.state.isNew) return;
      await this.#backing.reload((stored) => this.state.refresh(this.id, stored));
    });
  }

  #hold(held: HeldLock): SessionLock {
    this.#held = held;
    const unlock = async () => {
      if (this.#held === held) this.#held = undefined;
      await held.release();
    };
    return { unlock, [Symbol.asyncDispose]: unlock };
  }

  #mustReach(): void {
    if (this.#unreachable === undefined) return;
    throw new StoreUnavailableError(
      "The session could not be read when this request began, which went on as anonymous (`onStoreError`). Nothing " +
        "can be saved over it.",
      { cause: this.#unreachable },
    );
  }

  /** An operation other than a save: where no cookie can be set, the error says which it was. */
  async #named<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#turns.take(work);
    } catch (error) {
      if (!(error instanceof ReadonlySessionError)) throw error;
      throw new ReadonlySessionError(operation, { cause: error.cause });
    }
  }
}
