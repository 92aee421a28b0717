import { ReadonlySessionError, SessionGoneError, StoreUnavailableError } from "../errors.ts";
import type { Config } from "../options/config.ts";
import { chain, type MaybePromise } from "../seal/maybe-promise.ts";
import { confirm } from "./access.ts";
import { admit } from "./admit.ts";
import type { Backing, Content, Lookup, Saved } from "./backing/backing.ts";
import { type Ended, reportEnd } from "./endings.ts";
import type { HeldLock } from "./held-lock.ts";
import type { LockSettings, SessionLock } from "./locking.ts";
import type { Merged, OnConflict } from "./merge.ts";
import { State } from "./state.ts";
import { Turns } from "./turns.ts";
import { keepUp, moved } from "./upkeep.ts";

/** What `save` takes. */
export interface SaveOptions {
  /** Moves the access time and never any value. Does nothing for a session that was never saved. */
  accessedOnly?: boolean | undefined;
  /**
   * When another request changed the same top-level keys meanwhile: `"overwrite"` (default) lets this save win and
   * reports a `conflict` event; `"throw"` is a `ConflictError`, and nothing is saved.
   */
  onConflict?: OnConflict | undefined;
}

/** What `load` takes. */
export interface LoadOptions {
  /** false: this read does not count as an access. Default true. */
  touch?: boolean | undefined;
}

/** What a session does, on either backing. `Session` is its public face. */
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
    return this.#turns.take(() => {
      const now = this.#config.now();
      return chain(this.#backing.read(now), (lookup) =>
        chain(this.#take(lookup, now), () => this.#keepUp(lookup, now, touch)),
      );
    });
  }

  save(options: SaveOptions & { readonly onlyChanges?: boolean }): MaybePromise<void> {
    return this.#turns.take(() => {
      this.#mustReach();
      const now = this.#config.now();
      if (options.accessedOnly) return this.#saveAccess(now);
      return chain(this.state.content(now), (content) => {
        if (!this.state.isStored(content)) return this.#write(content, options.onConflict ?? "overwrite");
        return options.onlyChanges ? undefined : this.#saveUnchanged(now);
      });
    });
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
        (admission) => {
          if (admission.status === "ended") {
            this.ended = admission;
            return this.#startEmpty(now);
          }
          this.state.adopt(lookup, admission.values, now);
          this.#config.emit?.({ type: "loaded", id: this.id });
        },
      );
    }
    if (lookup.status === "ended") {
      this.ended = lookup;
      reportEnd(this.#config, lookup);
    }
    return this.#startEmpty(now);
  }

  #keepUp(lookup: Lookup, now: number, touch: boolean | (() => boolean)): MaybePromise<void> {
    if (lookup.status !== "found" || this.ended) return;
    const due = keepUp(this.#config, this.#backing, this.state, lookup, now);
    if (due && (typeof touch === "function" ? touch() : touch)) return due();
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
