import type { CookieExpires } from "../cookie/attributes.ts";
import type { Engine } from "./engine.ts";
import type { LockSettings, SessionLock } from "./locking.ts";
import type { LoadOptions, SaveOptions } from "./operation-options.ts";

/**
 * One visitor's session: data that outlives the request, and the clocks that end it.
 *
 * Reading never creates a record or a cookie; `save()` does.
 *
 * @example
 * const session = await getSession();
 * session.data.userId = "42";
 * await session.regenerate();
 * await session.save();
 */
export abstract class SessionFace<Data extends object = Record<string, unknown>> {
  readonly #engine: Engine;

  /** @internal The engine behind a session, for the parts of this library that must see more than its face shows. */
  static engineOf<Data extends object>(session: SessionFace<Data>): Engine {
    return session.#engine;
  }

  /** @internal */
  protected constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Public reference: safe to log, to show, and to pass to `getById` and `revoke`. A hash: the bearer token is only
   * ever in the cookie.
   */
  get id(): string {
    return this.#engine.id;
  }

  /** Yours to change; written by `save()`. Always the same object within one request. */
  get data(): Partial<Data> {
    return this.#engine.state.data as Partial<Data>;
  }

  /** True until the session is first saved, and again after `invalidate()` and `delete()`. */
  get isNew(): boolean {
    return this.#engine.state.isNew;
  }

  /** True once `invalidate()` has been called in this request (Beaker: `was_invalidated`). */
  get wasInvalidated(): boolean {
    return this.#engine.wasInvalidated;
  }

  /** When the session began, epoch milliseconds. */
  get created(): number {
    return this.#engine.state.created;
  }

  /** The access before this request, epoch milliseconds; null for a session that was new (Beaker: `last_accessed`). */
  get lastAccessed(): number | null {
    return this.#engine.state.lastAccessed;
  }

  /** When it ends if it is not used again, epoch milliseconds: the nearer of the two limits; null without limits. */
  get expiresAt(): number | null {
    return this.#engine.state.expiresAt;
  }

  /**
   * Idle limit of this session, seconds or null. Set it to override the configured one, kept
   * with the session; undefined goes back to that.
   */
  get timeout(): number | null {
    return this.#engine.state.settings.timeout;
  }
  set timeout(seconds: number | null | undefined) {
    this.#engine.state.settings.set("timeout", seconds);
  }

  /** How long the browser keeps this session's cookie ("remember me"); see the option of that name. */
  get cookieExpires(): CookieExpires {
    return this.#engine.state.settings.cookieExpires;
  }
  set cookieExpires(expires: CookieExpires | undefined) {
    this.#engine.state.settings.set("cookieExpires", expires);
  }

  /**
   * Domain of this session's cookie; undefined: the host that set it. Set it before the session is first saved: a
   * cookie that was sent under another domain or path stays in the browser beside the new one.
   */
  get domain(): string | undefined {
    return this.#engine.state.settings.domain;
  }
  set domain(domain: string | undefined) {
    this.#engine.state.settings.set("domain", domain);
  }

  /** Path of this session's cookie. What is said of `domain` holds here too. */
  get path(): string {
    return this.#engine.state.settings.path;
  }
  set path(path: string | undefined) {
    this.#engine.state.settings.set("path", path);
  }

  /** Forgets a `cookieExpires` set for this session, so that the next save uses the configured one. */
  expire(): void {
    this.#engine.state.settings.set("cookieExpires", undefined);
  }

  /**
   * Reads the session that the request's cookie names, dropping unsaved changes. `getSession` has done it already.
   *
   * @throws {StoreUnavailableError} while the store is down, unless `onStoreError` is `"anonymous"`.
   * @throws {CorruptSessionError} for data that cannot be read, if `invalidateCorrupt` is false.
   */
  async load(options: LoadOptions = {}): Promise<void> {
    await this.#engine.load(options.touch);
  }

  /**
   * Writes now. A new session gets its record and its cookie; of an existing one only the changed top-level keys are
   * written over what the store holds now, so that parallel requests keep each other's changes.
   *
   * @throws {ReadonlySessionError} if a cookie must be set and cannot be: nothing is stored then.
   * @throws {SessionGoneError} if the session was ended after this request read it.
   * @throws {SerializationError} naming the value that cannot be kept.
   * @throws {CookieTooLargeError} if it does not fit into its cookie: nothing is changed then.
   * @throws {ConflictError} with `onConflict: "throw"`.
   * @throws {StoreUnavailableError} while the store is down.
   */
  async save(options: SaveOptions = {}): Promise<void> {
    // Nothing to wait for where it is done already: an `await` would cost a turn all the same.
    const saving = this.#engine.save(options);
    if (saving) await saving;
  }

  /**
   * Waits until this request alone holds the session among all that lock it, in every process and on every machine
   * that shares the store, and reads what is stored then; unsaved changes are carried over. Release it soon:
   * `await using` does so at the end of the block, whatever happens.
   *
   * The lease frees the session when its holder dies; a holder that comes back late cannot save.
   * Requests that do not lock are not held up.
   *
   * @throws {LockTimeoutError} if the lock was not free within `wait` seconds (default 10).
   * @throws {SessionGoneError} if the session was ended meanwhile.
   * @throws {NotSupportedError} on cookie sessions: there is nothing that requests could share.
   * @see Beaker `Session.lock()`, under which `load()` was an error.
   * @example
   * await using lock = await session.lock();
   * session.data.balance = (session.data.balance ?? 0) - price;
   * await session.save();
   */
  lock(settings: LockSettings = {}): Promise<SessionLock> {
    return this.#engine.lock(settings);
  }

  /** Releases the lock, if this session object holds it. */
  unlock(): Promise<void> {
    return this.#engine.unlock();
  }

  /**
   * Locks, reads, calls `fn`, saves and unlocks: for counters and whatever else depends on what is stored now.
   * Gives what `fn` gives.
   *
   * @throws {LockTimeoutError} as `lock`, and whatever `save` and `fn` throw; the lock is released then, nothing is
   * saved, and the data is as it was before `fn`.
   * @example
   * await session.update((data) => {
   *   data.visits = (data.visits ?? 0) + 1;
   * });
   */
  async update<T>(fn: (data: Partial<Data>) => T | Promise<T>, settings: LockSettings = {}): Promise<T> {
    // Not `await using`: what it compiles to weighs a kilobyte.
    const lock = await this.#engine.lock(settings);
    const { state } = this.#engine;
    let before: string | undefined;
    let result: T;
    try {
      before = state.text();
      result = await fn(this.data);
      await this.#engine.save({});
    } catch (error) {
      // What `fn` did half, no later save must write.
      if (before !== undefined) state.goBack(before);
      // Why it failed matters more than a lock that the lease frees anyway.
      await lock.unlock().catch(() => {});
      throw error;
    }
    await lock.unlock();
    return result;
  }

  /** Puts the data back to what this request first read, deeply. Writes nothing. */
  revert(): void {
    this.#engine.state.revert();
  }

  /**
   * Ends this session and starts an empty one under a new id.
   *
   * In a store the old record is deleted before this resolves, so a copied cookie is dead at once. A cookie session has
   * no record: its cookie is expired, and a copy of it is good until a limit passes or `isRevoked` says otherwise.
   * The new session exists once it is saved.
   *
   * @throws {ReadonlySessionError} while a component is rendering: cookies cannot be set there.
   * @see Beaker `Session.invalidate()`, which left the old record alive.
   * @example
   * const session = await getSession();
   * await session.invalidate();
   */
  invalidate(): Promise<void> {
    return this.#engine.end("invalidated");
  }

  /**
   * Ends this session: record gone, cookie expired, data empty. Using the object again starts a new session. Of a cookie
   * session's copies holds what is said of `invalidate`.
   *
   * @throws {ReadonlySessionError} while a component is rendering: cookies cannot be set there.
   * @see Beaker `Session.delete()`, which left the record in the store.
   */
  delete(): Promise<void> {
    return this.#engine.end("deleted");
  }

  /**
   * New id, same data, same `created`; in a store the old id is dead at once. Call it whenever rights change, at login
   * above all. Unsaved changes stay unsaved.
   *
   * @throws {ReadonlySessionError} while a component is rendering: cookies cannot be set there.
   * @throws {SessionGoneError} if the session was ended after this request read it.
   * @see Beaker `Session.regenerate_id()`, which left the old id valid. OWASP ASVS 7.2.4.
   */
  regenerate(): Promise<void> {
    return this.#engine.regenerate();
  }
}
