import type { StoredRecord } from "../store.ts";
import { checksum, fs } from "./builtins.ts";
import { isAbsent } from "./failure.ts";
import { decodeFile, decodeVersion, type KeyedRecord } from "./format.ts";

const LOOKS = 6;
const BETWEEN_LOOKS = 10;

/**
 * The record in a file, or what the file says instead if it is damaged.
 *
 * Synchronous on purpose: one small file from the page cache takes some 20 µs, through the thread pool five times that.
 */
export async function readRecord(file: string): Promise<StoredRecord | KeyedRecord | undefined> {
  for (let look = 1; ; look++) {
    const text = contentOf(file);
    if (text === undefined) return undefined;
    const record = decodeFile(text);
    if (record !== undefined) return record;
    // Caught in the middle of a touch? Overwriting a line takes less than a microsecond, unless its writer is
    // suspended just then: only what stays like that is damaged.
    if (look === LOOKS) return damaged(file, text);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
  }
}

/** The version of what is in the file; undefined if there is none. */
export function versionOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (decodeVersion(text) ?? `damaged-${checksum(text)}`);
}

/** The file's text; undefined if there is none. */
export function contentOf(file: string): string | undefined {
  try {
    return fs().readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * One damaged file must not take the store down, nor pass for an absent session. It is given as a record whose value
 * nobody can decode, so that it is judged like any other corrupt session: reported, and replaced if so configured.
 */
function damaged(file: string, text: string): StoredRecord {
  const at = fs().statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return {
    value: `Damaged file: ${text}`,
    createdAt: at,
    accessedAt: at,
    // What the file's time says: see `hintOf`. A file that came from elsewhere is gone at the next prune.
    expiresAt: at,
    version: versionOf(text) as string,
  };
}
