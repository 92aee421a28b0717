import type { Config } from "../options/config.ts";
import { chain, type MaybePromise } from "../seal/maybe-promise.ts";
import type { Content, Saved } from "./backing/backing.ts";
import { replaceValues, type Values } from "./changes.ts";
import { deadline } from "./clocks.ts";
import { type Merged, mergeValues, type OnConflict, theirValues } from "./merge.ts";
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
  /** What the data was when last read or written, in today's shape: what changes are counted from. */
  #base = "{}";
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
    this.#first = this.#base = NOTHING.text;
    this.#stored = NOTHING;
    replaceValues(this.#data, {});
  }

  /** What was found, with its decoded and checked data. */
  adopt(found: Saved & { readonly accessed: number }, values: Values, now: number): void {
    const asStored = this.#isAsStored(found);
    this.isNew = false;
    this.created = found.created;
    this.lastAccessed = found.accessed;
    this.settings.meta = found.meta;
    this.#active = now;
    this.#first = this.#base = asStored ? found.text : this.#config.serializer.serialize(values);
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
      text: this.text(),
      subject,
      values: this.#data,
    };
  }

  /** Whether a save of this would change nothing but the clock. */
  isStored(content: Content): boolean {
    const sameVersion = (content.meta.version ?? 0) === (this.#stored.meta.version ?? 0);
    if (this.isNew || this.changesSubject(content)) return false;
    return sameVersion && content.text === this.#base && !this.overrides(content);
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
    const stored = await theirValues(this.#config, theirs);
    const merged = mergeValues(this.#config, id, this.#base, this.#data, stored, onConflict);
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
    this.#base = content.text;
    if (!merged) return;
    this.#first = merged.carryOver(this.#first);
    replaceValues(this.#data, merged.values);
  }

  /** What is stored now, with unsaved changes carried over onto it. */
  async refresh(id: string, theirs: Saved): Promise<void> {
    const stored = await theirValues(this.#config, theirs);
    const { serializer } = this.#config;
    const first = this.#isAsStored(theirs) ? theirs.text : serializer.serialize(stored);
    const merged = mergeValues(this.#config, id, this.#base, this.#data, stored, "overwrite");
    this.#first = this.#base = first;
    this.#stored = theirs;
    replaceValues(this.#data, merged.values);
  }

  /** The session has another id. What moved there may be what another request stored in between. */
  async moved(id: string, saved: Saved): Promise<void> {
    if (saved.text === this.#stored.text) this.#stored = saved;
    else await this.refresh(id, saved);
  }

  revert(): void {
    this.goBack(this.#first);
  }

  /** The data as {@link goBack} takes it. */
  text(): string {
    return this.#config.serializer.serialize(this.#data);
  }

  /** Makes the data what it was when it read so. */
  goBack(text: string): void {
    replaceValues(this.#data, this.#config.serializer.parse(text));
  }

  /** Whether the stored text is what the data reads as: nothing migrates it, no schema looks at it. */
  #isAsStored(saved: Saved): boolean {
    return (saved.meta.version ?? 0) >= this.#config.version && !this.#config.schema;
  }
}
