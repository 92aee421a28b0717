import type { StoredRecord } from "../store.ts";
import { fs, path } from "./builtins.ts";
import { FULL, isAbsent, unless } from "./failure.ts";
import { breakHold, namesIn } from "./hold.ts";
import { kindOf, type Layout, type Place, placeIn } from "./layout.ts";
import { removeEndedLease } from "./leases.ts";
import { readRecord } from "./read.ts";
import { removeRecord } from "./remove.ts";
import { discard } from "./staging.ts";

/** Files looked at or removed at once: as many as Node's thread pool takes, half of it left to others. */
const AT_ONCE = 2;
/** Milliseconds after which what only ever lives for an instant is taken for a crashed writer's. */
const LEFT_BEHIND = 60_000;

/** Where the next prune goes on: otherwise the first folders would be looked at again for each batch. */
export interface Cursor {
  folder: number;
}

/**
 * Removes at most `limit` sessions that expired before `before`, folder after folder, until all were seen once; and
 * what crashed writers left behind. Everything goes through the thread pool: the event loop stays free.
 */
export async function prune(
  layout: Layout,
  cursor: Cursor,
  before: number,
  limit: number,
  isOver: () => boolean,
): Promise<number> {
  const folders = layout.folders();
  let budget = limit;
  await tidyStaging(layout);
  for (let seen = 0; seen < folders.length && budget > 0 && !isOver(); ) {
    let skipped = false;
    const folder = folders[cursor.folder] ?? "";
    await eachOf(await namesIn(folder), async (file) => {
      if (skipped) return;
      const { kind, name } = kindOf(file);
      const place = placeIn(folder, name);
      const time = await timeOf(path().join(folder, file));
      skipped ||= budget <= 0 || isOver();
      if (skipped) return;
      if (kind === "record" && time <= before + 1) {
        budget--;
        if (!(await removeExpired(layout, place, before))) budget++;
      } else if (time < Date.now() - LEFT_BEHIND) {
        if (kind === "lock") await breakHold(place.lock);
        if (kind === "lease") await unless(removeEndedLease(layout, place), ...FULL);
      }
    });
    if (skipped) continue;
    cursor.folder = (cursor.folder + 1) % folders.length;
    seen++;
  }
  return limit - budget;
}

async function removeExpired(layout: Layout, place: Place, before: number): Promise<boolean> {
  // A touch may come between looking and removing. It then prolongs what was over two minutes ago and more:
  // sessions leave that much between the last moment of their life and `expiresAt`.
  const isExpired = ({ expiresAt }: StoredRecord) => expiresAt !== null && expiresAt < before;
  const record = await readRecord(place.record);
  return record !== undefined && isExpired(record) && removeRecord(layout, place, isExpired);
}

async function tidyStaging(layout: Layout): Promise<void> {
  await eachOf(await namesIn(layout.staging), async (name) => {
    const directory = path().join(layout.staging, name);
    if ((await timeOf(directory)) < Date.now() - LEFT_BEHIND) await discard(directory);
  });
}

/** Milliseconds; Infinity for what is gone by now. */
async function timeOf(file: string): Promise<number> {
  try {
    return (await fs().promises.lstat(file)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
