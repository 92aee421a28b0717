import { SessionGoneError, StoreUnavailableError } from "../../errors.ts";
import type { Meta } from "../overrides.ts";
import { type Known, MAX_ATTEMPTS, pause, tooManyAttempts } from "./compare-and-set.ts";
import type { Replaced } from "./record-text.ts";
import type { Records } from "./records.ts";

/** What a record says of the id that it had before, so that who counts a subject's sessions counts it once. */
export function movedFrom(id: string): { readonly from: string } {
  return { from: id.slice(0, 12) };
}

/**
 * Moves a record to a new id and leaves a note under the old one, in two round trips where nobody interferes.
 *
 * The new record is written first: whatever fails after that, one of the two ids works. The note is set by
 * compare-and-set, so a change that another request stored meanwhile is carried along, not lost.
 *
 * @throws {SessionGoneError} if the old id was ended or replaced meanwhile. The new record is removed then.
 */
export async function moveRecord(
  records: Records,
  oldId: string,
  newId: string,
  content: Omit<Known, "version"> & { readonly version: string },
  replaced: Replaced,
  now: number,
): Promise<Known> {
  let current = content;
  try {
    let version = await records.set(newId, current, "absent");
    for (let attempt = 1; ; attempt++) {
      if (await records.replace(oldId, current, current.version, now, replaced)) break;
      if (attempt === MAX_ATTEMPTS) throw tooManyAttempts(oldId);
      if (attempt > 2) await pause(attempt);
      const latest = await records.get(oldId);
      if (latest?.content.kind !== "live") throw new SessionGoneError(oldId);
      const { meta, text } = latest.content;
      const { issued, from } = current.meta;
      const { subject, version: seen } = latest;
      current = {
        ...current,
        // What is undefined is not stored.
        meta: { ...meta, issued, from } as Meta,
        text,
        subject,
        version: seen,
      };
      version = await records.set(newId, current, "present");
    }
    if (version === false) throw new SessionGoneError(newId);
    return { ...current, version };
  } catch (error) {
    const unknown = error instanceof StoreUnavailableError;
    // A note that may have been set leads here: then this is all that is left of the session.
    if (unknown && replaced.until !== undefined) throw error;
    const removed = records.delete(newId).catch(() => {});
    if (!unknown) await removed;
    throw error;
  }
}
