import type { CookieExpires } from "../cookie/attributes.ts";
import {
  CorruptSessionError,
  ReadonlySessionError,
  SessionGoneError,
  StoreUnavailableError,
} from "../errors.ts";
import type { Config } from "../options/config.ts";
import type { Backing, Content, Lookup } from "./backing.ts";
import { replaceValues, type Values } from "./changes.ts";
import { deadline, type Limits, touchDue } from "./clocks.ts";
import { checkData, decodeData, Undecodable } from "./decode.ts";
import { mergeValues, type OnConflict } from "./merge.ts";
import { checkedOverrides } from "./override-checks.ts";
import { limitsOf, type Meta, type Overrides } from "./overrides.ts";
import { Turns } from "./turns.ts";

/** What `save` takes. */
export interface SaveOptions {
  /** Moves the access time and never any value. Does nothing for a session that was never saved. */
  accessedOnly?: boolean;
  /**
   * When another request changed the same top-level keys meanwhile: `"overwrite"` (default) lets this save win and
   * reports a `conflict` event; `"throw"` is a `ConflictError`, and nothing is saved.
   */
  onConflict?: OnConflict;
}

/** What `load` takes. */
export interface LoadOptions {
  /** false: this read does not count as an access. Default true. */
  touch?: boolean;
}

type Found = Extract<Lookup, { status: "found" }>;

/** What a session does, on either backing. `Session` is its public face. */
export class Engine {
  readonly #config: Config;
  readonly #backing: Backing;
  readonly #turns = new Turns();
  /** Changed in place, so that an object already in hand stays the session's. */
  readonly data: Values = {};
  id = "";
  isNew = true;
  wasInvalidated = false;
  created = 0;
  lastAccessed: number | null = null;
  /** Why a present session is not there; undefined when there was none, or it is. */
  ended: Extract<Lookup, { status: "ended" }> | undefined;
  /** This request's own access: what the deadlines count from. */
  #active = 0;
  #meta: Meta = {};
  /** As first read in this request, serialised in today's shape: what `revert` goes back to. */
  #first = "{}";
  /** As last read or written. */
  #stored: { readonly meta: Meta; readonly text: string } = { meta: {}, text: "{}" };
  #unreachable: unknown;
  /** Every value of the session's cookie that this request has read or written. */
  readonly #seen = new Set<string | undefined>();

  constructor(config: Config, backing: Backing) {
    this.#config = config;
    this.#backing = backing;
  }

  /** Whether somebody else has set the session's cookie in this request. `after()` shows an old value: no news. */
  get isStale(): boolean {
    return !this.#seen.has(this.#backing.cookieValue());
  }

  get expiresAt(): number | null {
    return deadline({ created: this.created, accessed: this.#active }, this.#limits);
  }

  /** When it ended, or ends, had this request not been made. */
  get endsUnused(): number | null {
    return deadline({ created: this.created, accessed: this.lastAccessed ?? this.created }, this.#limits);
  }

  get timeout(): number | null {
    const { timeout } = this.#limits;
    return timeout === null ? null : timeout / 1000;
  }

  get cookieExpires(): CookieExpires {
    return this.#meta.cookieExpires ?? this.#config.cookieExpires;
  }

  get domain(): string | undefined {
    return this.#meta.domain ?? this.#config.cookie.domain;
  }

  get path(): string {
    return this.#meta.path ?? this.#config.cookie.path;
  }

  override(overrides: Overrides): void {
    this.#meta = { ...this.#meta, ...checkedOverrides(this.#config, overrides) };
  }

  forgetCookieExpires(): void {
    const { cookieExpires: _, ...rest } = this.#meta;
    this.#meta = rest;
  }

  load(options: LoadOptions): Promise<void> {
    this.#seen.add(this.#backing.cookieValue());
    return this.#turn(undefined, async () => {
      const now = this.#config.now();
      const lookup = await this.#backing.read(now);
      this.ended = undefined;
      this.#unreachable = lookup.status === "unreachable" ? lookup.error : undefined;
      if (lookup.status === "found" && (await this.#open(lookup, now))) {
        const due = touchDue(now, lookup.accessed, this.#limits);
        if (due && this.#config.saveAccessedTime && options.touch !== false) await this.#touchIfPossible(now);
        return;
      }
      if (lookup.status === "ended") this.#reportEnd(lookup);
      await this.#startEmpty(now);
    });
  }

  save(options: SaveOptions): Promise<void> {
    return this.#turn("save", async () => {
      this.#mustReach();
      const now = this.#config.now();
      if (options.accessedOnly) {
        if (!this.isNew && this.#config.saveAccessedTime) await this.#touch(now);
        return;
      }
      const content = this.#content(now);
      if (this.isNew) await this.#create(content);
      else if (this.#unchanged(content)) await this.#confirm(now);
      else await this.#update(content, options.onConflict ?? "overwrite");
    });
  }

  revert(): void {
    const values = decodeData(this.#config, { version: this.#config.version }, this.#first);
    if (values instanceof Undecodable) throw values.error;
    replaceValues(this.data, values);
  }

  regenerate(): Promise<void> {
    return this.#turn("regenerate", async () => {
      this.#mustReach();
      const now = this.#config.now();
      const { id } = this;
      if (this.isNew) {
        this.id = await this.#backing.renew(now);
        return;
      }
      this.id = await this.#backing.regenerate(now);
      this.#active = now;
      this.#config.emit({ type: "regenerated", id, newId: this.id });
    });
  }

  end(type: "invalidated" | "deleted"): Promise<void> {
    return this.#turn(type === "deleted" ? "delete" : "invalidate", async () => {
      this.#mustReach();
      const { id, isNew } = this;
      await this.#backing.end();
      await this.#startEmpty(this.#config.now());
      this.wasInvalidated = type === "invalidated";
      if (!isNew) this.#config.emit({ type, id });
    });
  }

  get #limits(): Limits {
    return limitsOf(this.#config.limits, this.#meta.timeout);
  }

  async #open(found: Found, now: number): Promise<boolean> {
    let values = decodeData(this.#config, found.meta, found.text);
    if (!(values instanceof Undecodable)) values = await checkData(this.#config, values);
    if (values instanceof Undecodable) {
      this.#corrupt(values.step, found.id, values.error);
      return false;
    }
    const asRead = (found.meta.version ?? 0) === this.#config.version && !this.#config.schema;
    this.#first = asRead ? found.text : this.#config.serializer.serialize(values);
    this.#stored = found;
    this.#meta = found.meta;
    this.id = found.id;
    this.isNew = false;
    this.created = found.created;
    this.lastAccessed = found.accessed;
    this.#active = now;
    replaceValues(this.data, values);
    this.#config.emit({ type: "loaded", id: found.id });
    return true;
  }

  async #startEmpty(now: number): Promise<void> {
    this.id = await this.#backing.renew(now);
    this.isNew = true;
    this.created = now;
    this.lastAccessed = null;
    this.#active = now;
    this.#meta = {};
    this.#first = "{}";
    this.#stored = { meta: {}, text: "{}" };
    replaceValues(this.data, {});
  }

  #reportEnd(lookup: Extract<Lookup, { status: "ended" }>): void {
    const { id, reason, error } = lookup;
    const known = id === undefined ? {} : { id };
    if (reason === "invalid") this.#corrupt(id === undefined ? "seal" : "data", id, error);
    else if (reason === "revoked") this.#config.emit({ type: "unknown-id", ...known });
    else this.#config.emit({ type: "expired", ...known, reason });
    this.ended = lookup;
  }

  #corrupt(step: string, id: string | undefined, error: unknown): void {
    this.ended = { status: "ended", reason: "invalid", error, ...(id === undefined ? {} : { id }) };
    this.#config.emit({ type: "corrupt", reason: step, error, ...(id === undefined ? {} : { id }) });
    if (this.#config.invalidateCorrupt) return;
    throw new CorruptSessionError(
      `The session's ${step === "seal" ? "cookie was not made with any of the secrets in use" : `${step} cannot be read`}` +
        `${id === undefined ? "" : ` (session ${id})`}. Set invalidateCorrupt: true to start a fresh session instead.`,
      { cause: error },
    );
  }

  #content(now: number): Content {
    const { version: _, ...overrides } = this.#meta;
    const version = Math.max(this.#config.version, this.#stored.meta.version ?? 0);
    const meta: Meta = version > 0 ? { ...overrides, version } : overrides;
    const text = this.#config.serializer.serialize(this.data);
    return { created: this.created, accessed: now, meta, text, values: this.data };
  }

  #unchanged(content: Content): boolean {
    return content.text === this.#stored.text && sameMeta(content.meta, this.#stored.meta);
  }

  async #create(content: Content): Promise<void> {
    await this.#backing.create(content);
    this.#wrote(content);
    this.isNew = false;
    this.#config.emit({ type: "created", id: this.id });
  }

  async #update(content: Content, onConflict: OnConflict): Promise<void> {
    const base = this.#stored;
    const overridden = !sameMeta(content.meta, base.meta);
    let written = content;
    await this.#backing.update(
      content,
      (theirs) => {
        const values = mergeValues(this.#config, this.id, base, this.data, theirs, onConflict);
        const meta = overridden ? content.meta : theirs.meta;
        written = { ...content, meta, values, text: this.#config.serializer.serialize(values) };
        return written;
      },
      overridden,
    );
    this.#wrote(written);
    if (written !== content) replaceValues(this.data, written.values);
    this.#config.emit({ type: "saved", id: this.id });
  }

  #wrote(content: Content): void {
    this.#stored = { meta: content.meta, text: content.text };
    this.#meta = content.meta;
    this.#active = content.accessed;
  }

  /** An explicit save with nothing to save: the clock moves, and a session that has gone is an error. */
  async #confirm(now: number): Promise<void> {
    if (!(await this.#touch(now))) throw new SessionGoneError(this.id);
  }

  /** A cookie session read while rendering: the access cannot be written down there, and that is no error. */
  async #touchIfPossible(now: number): Promise<void> {
    try {
      await this.#touch(now);
    } catch (error) {
      if (!(error instanceof ReadonlySessionError)) throw error;
    }
  }

  async #touch(now: number): Promise<boolean> {
    if (!(await this.#backing.touch(now))) return false;
    this.#active = now;
    this.#config.emit({ type: "touched", id: this.id });
    return true;
  }

  #mustReach(): void {
    if (this.#unreachable === undefined) return;
    throw new StoreUnavailableError(
      "The session could not be read at the start of this request, so nothing can be saved over it. " +
        "The request went on as anonymous because `onStoreError` says so.",
      { cause: this.#unreachable },
    );
  }

  #turn<T>(operation: string | undefined, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      try {
        return await work();
      } catch (error) {
        if (operation === undefined || !(error instanceof ReadonlySessionError)) throw error;
        throw new ReadonlySessionError(operation, { cause: error.cause });
      } finally {
        this.#seen.add(this.#backing.cookieValue());
      }
    });
  }
}

function sameMeta(a: Meta, b: Meta): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
