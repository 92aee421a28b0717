import type { StoredRecord } from "../store.ts";
import { fs, path } from "./builtins.ts";
import { codeOf, FULL, unless } from "./failure.ts";
import { breakHold, exclusively } from "./hold.ts";
import type { Layout, Place } from "./layout.ts";
import { readRecord } from "./read.ts";
import { makeFolder } from "./staging.ts";
import { removeEntry } from "./subjects.ts";
import { inTurn } from "./turns.ts";

type Judge = (record: StoredRecord) => boolean;

/** Removes a session: whatever it is by now, or only what `isDoomed`. False when there is none such. */
export async function removeRecord(layout: Layout, place: Place, isDoomed?: Judge): Promise<boolean> {
  try {
    return await exclusively(layout, place, undefined, async (hold) => {
      const record = await doomedIn(place.record, isDoomed);
      if (record === undefined || !(await hold.remove(place.record))) return false;
      // From here on it is done: an entry that stays is removed when the subject is listed.
      if (record.subject !== undefined)
        await hold.remove(layout.entry(record.subject, place.name)).catch(() => {});
      return true;
    });
  } catch (error) {
    if (!FULL.includes(codeOf(error) ?? "")) throw error;
    return removeUnheld(layout, place, isDoomed);
  }
}

/**
 * The same on a disk that is too full for a hold, which is made of two directories: otherwise sessions that fill the
 * disk could not be removed because they fill the disk.
 *
 * Whoever has the hold may have judged by the file that has just gone, and would put another in its place. So the hold
 * is taken from them, which is no harm (see {@link exclusively}): they begin again, and find nothing. One who was
 * quicker than that is seen in the next round: what is saved while a deletion is under way may go with it.
 */
async function removeUnheld(layout: Layout, place: Place, isDoomed?: Judge): Promise<boolean> {
  const removed = await inTurn(place.lock, async () => {
    for (let last: StoredRecord | undefined; ; ) {
      const record = await doomedIn(place.record, isDoomed);
      if (record === undefined) return last;
      const removing = isDoomed
        ? moveAway(layout, place, isDoomed)
        : unless(fs().promises.unlink(place.record), "ENOENT");
      if (!(await removing)) return last;
      last = record;
      await breakHold(place.lock);
    }
  });
  // By now there may be room for a hold.
  if (removed?.subject !== undefined) await removeEntry(layout, removed.subject, place.name).catch(() => {});
  return removed !== undefined;
}

/** Moved before it is removed: it may have become another since it was judged, and then it goes back. */
async function moveAway(layout: Layout, place: Place, isDoomed: Judge): Promise<boolean> {
  const away = path().join(layout.staging, crypto.randomUUID());
  await makeFolder(layout.staging);
  if (!(await unless(fs().promises.rename(place.record, away), "ENOENT"))) return false;
  const moved = await readRecord(away);
  // Gone: then somebody tidied it up, since its time was over.
  const isRight = moved === undefined || isDoomed(moved);
  // A link, unlike a rename, leaves alone what was saved meanwhile.
  if (!isRight) await unless(fs().promises.link(away, place.record), "EEXIST");
  await fs().promises.rm(away, { force: true });
  return isRight;
}

async function doomedIn(file: string, isDoomed?: Judge): Promise<StoredRecord | undefined> {
  const record = await readRecord(file);
  return record !== undefined && isDoomed?.(record) !== false ? record : undefined;
}
