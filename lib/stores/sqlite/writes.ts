/** How records are written: in place where that will do, else together with their indexes. */
import type { NewRecord, SetCondition } from "../store.ts";
import { freshVersion, versionNumber } from "../version.ts";
import type { Connection } from "./connection.ts";
import { placeOf } from "./place.ts";
import { indexedCells, savedCells, sweepFrom } from "./rows.ts";
import { atOnce } from "./transaction.ts";

/** What a store's `set` does. */
export function save(
  { database, statements }: Connection,
  key: string,
  record: NewRecord,
  when: SetCondition | undefined,
): string | false {
  const version = freshVersion();
  const place = placeOf(key);
  const saved = savedCells(record, version);
  const indexed = indexedCells(record);

  const insert = () => statements.insert.run(...place, ...saved, ...indexed).changes > 0;
  const update = () =>
    statements.updateInPlace.run(...saved, ...place, ...indexed).changes > 0 ||
    statements.update.run(...saved, ...indexed, ...place).changes > 0;
  const replace = (expected: number) =>
    statements.replaceInPlace.run(...saved, ...place, ...indexed, expected).changes > 0 ||
    statements.replace.run(...saved, ...indexed, ...place, expected).changes > 0;

  let written: boolean;
  if (when === "absent") written = insert();
  else if (when === "present") written = update();
  else if (when !== undefined) written = replace(versionNumber(when.version));
  // Between the two somebody else could make the record, or remove it.
  else written = update() || atOnce(database, () => update() || insert());
  return written && String(version);
}

/** What a store's `touch` does. */
export function touch(
  { statements }: Connection,
  key: string,
  accessedAt: number,
  expiresAt: number | null,
): boolean {
  const place = placeOf(key);
  const from = sweepFrom(accessedAt, expiresAt);
  return (
    statements.touchInPlace.run(accessedAt, expiresAt, ...place, from).changes > 0 ||
    statements.touch.run(accessedAt, expiresAt, from, ...place).changes > 0
  );
}
