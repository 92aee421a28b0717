import type { Config } from "../options/config.ts";
import { chain, type MaybePromise } from "../seal/maybe-promise.ts";
import type { Content, Saved } from "./backing/backing.ts";
import { replaceValues, type Values } from "./changes.ts";
import { deadline } from "./clocks.ts";
import { decodeData, Undecodable } from "./decode.ts";
import { type Merged, mergeValues, type OnConflict } from "./merge.ts";
import { NO_META } from "./overrides.ts";
import { mergedMeta, Settings, sameOverrides } from "./settings.ts";
import { signInInstant, subjectOf } from "./subject.ts";

const NOTHING: Omit<Saved, "created"> = { meta: NO_META, text: "{}" };

/** What one request knows of its session: the data, where it started from, and what is stored. Does no I/O. */
export class State {
  readonly #config: Config;
  #data: Values = {};
  #isInHand = false;
  readonly settings: Settings;
  isNew = true;
  created = 0;
  lastAccessed: number | null = null;
  /** This request's own access: what the deadlines count from. */
  #active = 0;
  /** Where `revert` goes back to, serialised in today's shape. */
  #first = "{}";
  /** As last read or written. */
  #stored: Omit<Saved, "created"> = NOTHING;

  constructor(config: Config) {
    this.#config = config;
    this.settings = new Settings(config);
  }

  /** From now on changed in place only, so that an object already in hand stays the session's. */
  get data(): Values {
    this.#isInHand = true;
    return this.#data;
  }

  get expiresAt(): number | null {
    return deadline({ created: this.created, accessed: this.#active }, this.settings.limits);
  }

  /** When it ends, or ended, had this request not been made. */
  get endsUnused(): number | null {
    return deadline(
      { created: this.created, accessed: this.lastAccessed ?? this.created },
      this.settings.limits,
    );
  }

  /** A session that does not exist yet. */
  startEmpty(now: number): void {
    this.isNew = true;
    this.created = now;
    this.lastAccessed = null;
    this.settings.meta = NO_META;
    this.#active = now;
    this.#first = NOTHING.text;
    this.#stored = NOTHING;
    replaceValues(this.#data, {});
  }

  /** What was found, with its decoded and checked data. */
  adopt(found: Saved & { readonly accessed: number }, values: Values, now: number): void {
    const asStored = (found.meta.version ?? 0) === this.#config.version && !this.#config.schema;
    this.isNew = false;
    this.created = found.created;
    this.lastAccessed = found.accessed;
    this.settings.meta = found.meta;
    this.#active = now;
    this.#first = asStored ? found.text : this.#config.serializer.serialize(values);
    this.#stored = found;
    // Copied key by key, more than a dozen keys become a hash table, which V8 fills and writes more slowly.
    if (asStored && !this.#isInHand) this.#data = values;
    else replaceValues(this.#data, values);
  }

  /** This request has used the session, and it was written down. */
  accessedAt(now: number): void {
    this.#active = now;
  }

  /** What a save would write. */
  content(now: number): MaybePromise<Content> {
    return chain(subjectOf(this.#config, this.#data), (subject) => this.#contentOf(subject, now));
  }

  #contentOf(subject: string | undefined, now: number): Content {
    const meta = this.settings.toStore(this.#stored.meta);
    const signsIn = subject !== undefined && subject !== this.#stored.subject;
    return {
      created: this.created,
      accessed: now,
      meta: signsIn ? { ...meta, since: signInInstant(now) } : meta,
      text: this.#config.serializer.serialize(this.#data),
      subject,
      values: this.#data,
    };
  }

  /** Whether a save of this would change nothing but the clock. */
  isStored(content: Content): boolean {
    const sameVersion = (content.meta.version ?? 0) === (this.#stored.meta.version ?? 0);
    if (this.isNew || this.changesSubject(content)) return false;
    return sameVersion && content.text === this.#stored.text && !this.overrides(content);
  }

  /** Whether it asks for other settings than are stored: the cookie has to be sent again. */
  overrides(content: Content): boolean {
    return !sameOverrides(content.meta, this.#stored.meta);
  }

  /** Whether it belongs to another subject than what is stored. */
  changesSubject(content: Content): boolean {
    return content.subject !== this.#stored.subject;
  }

  /** What to write over what another request stored, and how to go on from there. */
  async rebase(
    id: string,
    content: Content,
    theirs: Saved,
    onConflict: OnConflict,
  ): Promise<{ readonly content: Content; readonly merged: Merged }> {
    const merged = mergeValues(this.#config, id, this.#stored, this.#data, theirs, onConflict);
    const { values } = merged;
    return {
      merged,
      content: {
        ...content,
        meta: mergedMeta(this.#stored.meta, content.meta, theirs.meta),
        text: this.#config.serializer.serialize(values),
        subject: await subjectOf(this.#config, values),
        values,
      },
    };
  }

  /** What was written; `merged` if it went over what another request had stored. */
  wrote(content: Content, merged?: Merged): void {
    this.isNew = false;
    this.settings.meta = content.meta;
    this.#active = content.accessed;
    this.#stored = content;
    if (!merged) return;
    this.#first = merged.carryOver(this.#first);
    replaceValues(this.#data, merged.values);
  }

  /** What is stored now, with unsaved changes carried over onto it. */
  refresh(id: string, theirs: Saved): void {
    const merged = mergeValues(this.#config, id, this.#stored, this.#data, theirs, "overwrite");
    this.#first = this.#inTodaysShape(theirs);
    this.#stored = theirs;
    replaceValues(this.#data, merged.values);
  }

  /** The session has another id. What moved there may be what another request stored in between. */
  moved(id: string, saved: Saved): void {
    if (saved.text === this.#stored.text) this.#stored = saved;
    else this.refresh(id, saved);
  }

  revert(): void {
    const values = decodeData(this.#config, { version: this.#config.version }, this.#first);
    if (values instanceof Undecodable) throw values.error;
    replaceValues(this.#data, values);
  }

  #inTodaysShape(stored: Saved): string {
    if ((stored.meta.version ?? 0) >= this.#config.version) return stored.text;
    const values = decodeData(this.#config, stored.meta, stored.text);
    return values instanceof Undecodable ? stored.text : this.#config.serializer.serialize(values);
  }
}
