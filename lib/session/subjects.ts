import { SubjectLimitError } from "../errors.ts";
import type { Config, SubjectRules } from "../options/config.ts";
import type { MaybePromise } from "../seal/maybe-promise.ts";
import type { SessionStore } from "../stores/store.ts";
import { endRecord } from "./backing/end-record.ts";
import { type OpenRecord, Records } from "./backing/records.ts";
import { movedFrom } from "./backing/replace-id.ts";
import { deadline, expiry } from "./clocks.ts";
import { decodeData, Undecodable } from "./decode.ts";
import { limitsOf } from "./overrides.ts";
import { keyOfSubject } from "./subject.ts";

/** One of a subject's sessions, as shown on an account page. */
export interface SessionInfo<Data extends object = Record<string, unknown>> {
  /** Public id: compare it with `session.id` to mark the present one, pass it to `revoke`. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Since when it belongs to the subject: the sign-in, epoch milliseconds. */
  readonly since: number;
  /** The last access that was written down, epoch milliseconds. */
  readonly lastAccessed: number;
  /** Epoch milliseconds, or null without limits. */
  readonly expiresAt: number | null;
  /** Its data: a device's name, for instance. */
  readonly data: Partial<Data>;
}

type Entry = OpenRecord & { readonly id: string; readonly content: { kind: "live" } };

/** The subject's live sessions, oldest sign-in first. */
export async function listSubject<Data extends object>(
  config: Config,
  store: SessionStore,
  subject: string,
): Promise<SessionInfo<Data>[]> {
  const entries = await liveEntries(config, store, await keyOfSubject(config, subject));
  return entries.map((entry) => {
    const { meta, text } = entry.content;
    const values = decodeData(config, meta, text);
    return {
      id: entry.id,
      created: entry.created,
      since: Math.floor(since(entry)),
      lastAccessed: entry.accessed,
      expiresAt: deadline(entry, limitsOf(config.limits, meta.timeout)),
      data: (values instanceof Undecodable ? {} : values) as Partial<Data>,
    };
  });
}

/** Ends the subject's sessions but one; gives how many. */
export async function revokeSubject(
  config: Config,
  store: SessionStore,
  subject: string,
  except: string | undefined,
): Promise<number> {
  const key = await keyOfSubject(config, subject);
  const records = new Records(config, store);
  let count = 0;
  for await (const { key: listed } of records.entries(key)) {
    const id = listed === except ? undefined : await endRecord(config, records, listed);
    if (id === undefined) continue;
    config.emit?.({ type: "deleted", id });
    count++;
  }
  return count;
}

/**
 * Writes a session that signs in, and keeps the subject within its limit. One sign-in of a subject at a time, in all
 * processes, so that the limit holds however many come at once.
 *
 * @throws {SubjectLimitError} if the limit is reached and `onLimit` is `"reject"`: nothing is written then.
 */
export async function writeWithinLimit(
  config: Config,
  store: SessionStore,
  rules: SubjectRules,
  subject: string,
  ownId: () => string,
  write: () => MaybePromise<void>,
): Promise<void> {
  const { max, onLimit } = rules;
  if (!store.lock || max === null) return write();
  const records = new Records(config, store);
  const lock = await records.lock(`subject:${subject}`, { wait: 10_000, lease: 10_000 }, "");
  try {
    const others = async () => (await liveEntries(config, store, subject)).filter(({ id }) => id !== ownId());
    if (onLimit === "reject" && (await others()).length >= max) throw limitReached(max);
    await write();
    if (onLimit === "reject") return;
    const present = await others();
    for (const entry of present.slice(0, Math.max(0, present.length - (max - 1)))) {
      const id = await endRecord(config, records, entry.id, entry);
      if (id !== undefined) config.emit?.({ type: "deleted", id, reason: "limit" });
    }
  } finally {
    await lock.release();
  }
}

async function liveEntries(config: Config, store: SessionStore, subject: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const record of new Records(config, store).list(subject)) {
    const entry = record as Entry;
    if (!expiry(config.now(), entry, limitsOf(config.limits, entry.content.meta.timeout)))
      entries.push(entry);
  }
  // One that is just getting another id is there under both: it counts once, under the new one.
  const moved = new Set(entries.map(({ content }) => content.meta.from));
  return entries
    .filter(({ id }) => !moved.has(movedFrom(id).from))
    .sort((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1));
}

function since(entry: Entry): number {
  return entry.content.meta.since ?? entry.created;
}

function limitReached(max: number): SubjectLimitError {
  return new SubjectLimitError(
    `This subject has its ${max} sessions already (maxPerSubject). Nothing was saved; let the user end one of them ` +
      '(list, revoke), or set onLimit: "revoke-oldest".',
  );
}
