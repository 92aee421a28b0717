import { SessionError, SessionGoneError, StoreUnavailableError } from "../../errors.ts";
import type { Config } from "../../options/config.ts";
import { chain, isPromise, type MaybePromise } from "../../seal/maybe-promise.ts";
import { type ExpiryReason, expiry, type Stamps } from "../clocks.ts";
import { limitsOf, type Meta } from "../overrides.ts";
import type { Lookup } from "./backing.ts";
import type { Bearer } from "./bearer.ts";
import type { Known } from "./compare-and-set.ts";
import type { OpenRecord, Records } from "./records.ts";

/** What is found has a version, by which it is written over. */
export type StoredLookup = Exclude<Lookup, { status: "found" }> | ({ readonly status: "found" } & Known);

/** What a store holds for whom a request claims to be, under that id or the one that rotation put in its place. */
export class Stored {
  readonly #config: Config;
  readonly #records: Records;
  readonly #bearer: Bearer;

  constructor(config: Config, records: Records, bearer: Bearer) {
    this.#config = config;
    this.#records = records;
    this.#bearer = bearer;
  }

  /** At the start of a request: whatever is wrong with the record is part of the answer. */
  look(now: number): MaybePromise<StoredLookup> {
    let record: MaybePromise<OpenRecord | undefined>;
    try {
      record = chain(this.#records.get(this.#bearer.id), (record) => this.#follow(record, now));
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

  /** Later in the request; undefined if the session has ended meanwhile. */
  async find(): Promise<Known | undefined> {
    const record = await this.#follow(await this.#records.get(this.#bearer.id), this.#config.now());
    if (record?.content.kind !== "live") return undefined;
    const { content, ...rest } = record;
    const known = { ...rest, meta: content.meta, text: content.text };
    return this.#expiry(known, known.meta, this.#config.now()) ? undefined : known;
  }

  /** @throws {SessionGoneError} if the session has ended meanwhile. */
  async latest(): Promise<Known> {
    const { id } = this.#bearer;
    const known = await this.find();
    if (!known) throw new SessionGoneError(id);
    return known;
  }

  /** A request may hold a session for longer than its limit: then only what others stored can have kept it alive. */
  unlessExpired(known: Known, now: number): MaybePromise<Known> {
    return this.#expiry(known, known.meta, now) ? this.latest() : known;
  }

  #unread(error: unknown): StoredLookup {
    const { id } = this.#bearer;
    if (!(error instanceof SessionError)) return { status: "ended", reason: "invalid", id, error };
    if (!(error instanceof StoreUnavailableError) || this.#config.onStoreError === "throw") throw error;
    return { status: "unreachable", error };
  }

  #judge(record: OpenRecord | undefined, now: number): MaybePromise<StoredLookup> {
    const { id } = this.#bearer;
    if (!record) return { status: "ended", reason: this.#bearer.expiry(now) ?? "revoked", id };
    if (record.content.kind === "replaced") {
      // A request that was under way, most likely; or a copy of the cookie. Its answer must not expire the new cookie.
      this.#config.emit?.({ type: "unknown-id", id, reason: "replaced" });
      return { status: "absent" };
    }
    const { created, accessed, subject, version, outdated } = record;
    const { meta, text } = record.content;
    // Middleware on the Edge notes an access in the cookie only; the later of the two is the true one.
    const latest = { created, accessed: Math.max(accessed, this.#bearer.accessed) };
    const reason = this.#expiry(latest, meta, now);
    if (!reason) return { status: "found", created, accessed, subject, version, meta, text, outdated };
    const ended: StoredLookup = { status: "ended", reason, id };
    // A look without a cookie does not know of accesses that are noted in it alone.
    return this.#bearer.hasCookie ? this.#dispose(ended) : ended;
  }

  /** Judged expired by the clock that every server shares, so no other request can be keeping it alive. */
  async #dispose(ended: StoredLookup): Promise<StoredLookup> {
    await this.#records.delete(this.#bearer.id).catch(() => {});
    return ended;
  }

  /** Goes from an id that rotation has replaced to the one that replaced it, within the grace time. */
  #follow(record: OpenRecord | undefined, now: number): MaybePromise<OpenRecord | undefined> {
    if (record?.content.kind !== "replaced" || !record.content.next || now > (record.content.until ?? 0))
      return record;
    return this.#followTo(record, record.content.next);
  }

  async #followTo(record: OpenRecord, next: string): Promise<OpenRecord | undefined> {
    return (await this.#bearer.follow(next)) ? this.#records.get(this.#bearer.id) : record;
  }

  #expiry(stamps: Stamps, meta: Meta, now: number): ExpiryReason | undefined {
    return expiry(now, stamps, limitsOf(this.#config.limits, meta.timeout));
  }
}
