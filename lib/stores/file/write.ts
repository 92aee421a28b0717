import type { NewRecord, SetCondition } from "../store.ts";
import { fs } from "./builtins.ts";
import { isAbsent } from "./failure.ts";
import { CLOCKS_AT, clocksLine, decodeVersion, encodeFile, HEAD } from "./format.ts";
import { exclusively, type Hold } from "./hold.ts";
import type { Layout } from "./layout.ts";
import { contentOf, versionOf } from "./read.ts";
import { removeRecord } from "./remove.ts";
import { flushFolder, hintOf } from "./staging.ts";
import { addEntry } from "./subjects.ts";

/** Writes the record if `when` holds; gives its version once both are on the disk. */
export async function writeRecord(
  layout: Layout,
  key: string,
  record: NewRecord,
  when: SetCondition | undefined,
): Promise<string | false> {
  const place = layout.of(key);
  const fits = () => when === undefined || holds(versionOf(contentOf(place.record)), when);
  const version = crypto.randomUUID();
  const draft = { text: encodeFile(key, version, record), durable: true, time: hintOf(record.expiresAt) };
  const install = async (hold: Hold) => {
    if (!fits()) return false;
    if (record.subject !== undefined) await addEntry(layout.entry(record.subject, place.name));
    await hold.install(place.record);
    return version;
  };
  const unwanted = { is: () => !fits(), gives: false } as const;
  const written = await exclusively<string | false>(layout, place, draft, install, unwanted);
  if (written !== false) await flushFolder(place.folder);
  return written;
}

/**
 * Overwrites the clocks where they lie, without a hold: a save makes another file, and a deletion takes this one away,
 * so that a touch that comes late changes what nobody reads any more. Synchronous, like reading and for the same reason.
 */
export function touchRecord(
  layout: Layout,
  key: string,
  accessedAt: number,
  expiresAt: number | null,
): boolean {
  const { openSync, readSync, writeSync, futimesSync, closeSync } = fs();
  let file: number;
  try {
    file = openSync(layout.of(key).record, "r+");
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  try {
    const head = Buffer.alloc(HEAD);
    readSync(file, head, 0, HEAD, 0);
    // In a damaged file there are no clocks to move.
    if (decodeVersion(head.toString()) === undefined) return false;
    writeSync(file, clocksLine(accessedAt, expiresAt), CLOCKS_AT);
    const time = hintOf(expiresAt);
    futimesSync(file, time, time);
    return true;
  } finally {
    closeSync(file);
  }
}

/** Removes the record. False when there was none. */
export async function deleteRecord(layout: Layout, key: string): Promise<boolean> {
  const place = layout.of(key);
  if (contentOf(place.record) === undefined) return false;
  const removed = await removeRecord(layout, place);
  if (removed) await flushFolder(place.folder);
  return removed;
}

function holds(version: string | undefined, when: SetCondition): boolean {
  if (when === "absent") return version === undefined;
  if (when === "present") return version !== undefined;
  return version === when.version;
}
