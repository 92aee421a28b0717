/** How a record lies in its row. */
import type { NewRecord, StoredRecord } from "../store.ts";
import { boundHash, hashOf } from "./place.ts";

/** A row as the statements `get` and `list` give it: the cells of {@link READ_COLUMNS} in their order. */
export type Row = readonly [
  value: string,
  version: number,
  createdAt: number,
  accessedAt: number,
  expiresAt: number | null,
  subject: Uint8Array | string | null,
  key: Uint8Array | string,
  id: number,
];

export const READ_COLUMNS = "value, version, created_at, accessed_at, expires_at, subject";

/** The cells that each save changes, in the order of {@link SAVED_COLUMNS}. */
export type SavedCells = readonly [string, number, number, number, number | null];

export const SAVED_COLUMNS = "value = ?, version = ?, created_at = ?, accessed_at = ?, expires_at = ?";

/** The cells that an index knows; a save that leaves them alone writes one page instead of three. */
export type IndexedCells = readonly [sweepFrom: number | null, subject: Uint8Array | string | null];

export function savedCells(record: NewRecord, version: number): SavedCells {
  return [record.value, version, record.createdAt, record.accessedAt, record.expiresAt];
}

export function indexedCells({ accessedAt, expiresAt, subject }: NewRecord): IndexedCells {
  return [sweepFrom(accessedAt, expiresAt), subject === undefined ? null : boundHash(subject)];
}

/** The record in a row. Before Node 22.16 a row is an object, its cells in the same order. */
export function recordOf(row: unknown): StoredRecord {
  const [value, version, createdAt, accessedAt, expiresAt, subject] = cellsOf(row);
  return {
    value,
    createdAt,
    accessedAt,
    expiresAt,
    subject: subject === null ? undefined : hashOf(subject),
    version: String(version),
  };
}

/** The key in a row of `list`. */
export const keyOf = (row: unknown): string => hashOf(cellsOf(row)[6]);

/** Where it lies in the table. */
export const idOf = (row: unknown): number => cellsOf(row)[7];

const cellsOf = (row: unknown): Row =>
  (Array.isArray(row) ? row : Object.values(row as object)) as unknown as Row;

/**
 * From when on a purge looks at the row: its expiry, rounded down to some power of two between a sixteenth and an
 * eighth of the time it has left. Only this is indexed. An exact expiry would move in its index with each save, which
 * costs as much again as the save; this one moves at most sixteen times
 * while a time limit passes, however often the session is saved.
 */
export function sweepFrom(accessedAt: number, expiresAt: number | null): number | null {
  if (expiresAt === null) return null;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, expiresAt - accessedAt))) - 3);
  return Math.floor(expiresAt / step) * step;
}
