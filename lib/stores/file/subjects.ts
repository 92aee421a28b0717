import type { StoredEntry } from "../store.ts";
import { fs, path } from "./builtins.ts";
import { codeOf, isAbsent } from "./failure.ts";
import { exclusively, namesIn } from "./hold.ts";
import { kindOf, type Layout } from "./layout.ts";
import { readRecord } from "./read.ts";
import { flushFolder, makeFolder } from "./staging.ts";

const READ_AT_ONCE = 50;

/**
 * Notes that this session is the subject's. Made before the session says so, within the same hold: an entry may point
 * to a session that is not, or no longer, the subject's, but no session lacks its entry.
 */
export async function addEntry(entry: string): Promise<void> {
  const folder = path().dirname(entry);
  for (;;) {
    try {
      const handle = await fs().promises.open(entry, "wx", 0o600);
      await handle.close();
      return await flushFolder(folder);
    } catch (error) {
      if (codeOf(error) === "EEXIST") return;
      // No such subject yet, or its last session has just been taken from it.
      if (!isAbsent(error)) throw error;
      await makeFolder(folder);
    }
  }
}

/** The subject's sessions. Removes entries that point to none. */
export async function* entriesOf(layout: Layout, subject: string): AsyncGenerator<StoredEntry> {
  let seen = 0;
  for (const name of await namesIn(layout.subject(subject))) {
    if (kindOf(name).kind !== "record") continue;
    // Reading is synchronous: a subject with very many sessions must not hold everybody else up.
    if (++seen % READ_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    const record = await readRecord(layout.named(name).record);
    if (record?.subject === subject && "key" in record) yield record;
    // Tidying up is not what was asked for: it must not fail a list, for instance on a read-only file system.
    else await removeEntry(layout, subject, name).catch(() => {});
  }
}

/** Removes an entry, unless its session is the subject's after all. */
export async function removeEntry(layout: Layout, subject: string, name: string): Promise<void> {
  const place = layout.named(name);
  await exclusively(layout, place, undefined, async (hold) => {
    if ((await readRecord(place.record))?.subject !== subject) await hold.remove(layout.entry(subject, name));
  });
  await fs().promises.rmdir(layout.subject(subject));
}
