/** Where files are written before they are moved to their place. */
import { fs, path } from "./builtins.ts";
import { codeOf, isAbsent } from "./failure.ts";
import type { Layout } from "./layout.ts";

/** A file to be. */
export interface Draft {
  readonly text: string;
  /** Whether it must be on the disk before it is moved. */
  readonly durable: boolean;
  /** The file's time, seconds: see {@link hintOf}. */
  readonly time?: number;
}

// 2100: what never expires, in every file system's range.
const NEVER = 4_102_444_800;

/**
 * The file's time that says when a session expires, seconds: a hint, by which prune need not open what is not due.
 * What counts lies in the file, since copying and restoring change its time.
 */
export function hintOf(expiresAt: number | null): number {
  return expiresAt === null ? NEVER : Math.min(expiresAt / 1000, NEVER);
}

/** A directory with one entry of a name that is never used again: the draft, or an empty directory. */
export interface Staged {
  readonly directory: string;
  readonly entry: string;
}

/** Prepares what a hold is made of. */
export async function stage(layout: Layout, draft: Draft | undefined): Promise<Staged> {
  const entry = crypto.randomUUID();
  const directory = path().join(layout.staging, entry);
  try {
    await mkdirWithin(directory);
    const inner = path().join(directory, entry);
    if (draft === undefined) await fs().promises.mkdir(inner, 0o700);
    else await write(inner, draft);
    return { directory, entry };
  } catch (error) {
    // A disk that is full stays no fuller than it was.
    await discard(directory);
    throw error;
  }
}

/** Removes what was prepared, if it was not used. */
export async function discard(directory: string): Promise<void> {
  await fs().promises.rm(directory, { recursive: true, force: true });
}

async function mkdirWithin(directory: string): Promise<void> {
  try {
    await fs().promises.mkdir(directory, 0o700);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await makeFolder(directory);
  }
}

async function write(file: string, { text, durable, time }: Draft): Promise<void> {
  const handle = await fs().promises.open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    if (time !== undefined) await handle.utimes(time, time);
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and what leads to it, closed to others, so that it outlives a power cut.
 *
 * Node's own recursive `mkdir` takes any ENOENT for a parent that is missing, and tries forever where a file system
 * answers that for a folder that may not be (`/proc`).
 */
export async function makeFolder(folder: string, parentMade = false): Promise<void> {
  const parent = path().dirname(folder);
  try {
    await fs().promises.mkdir(folder, 0o700);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (!isAbsent(error) || parentMade || parent === folder) throw error;
    await makeFolder(parent);
    return makeFolder(folder, true);
  }
  await flushFolder(parent);
}

/** Sees that what was made, moved or removed in a folder is so on the disk. */
export async function flushFolder(folder: string): Promise<void> {
  const unsupported = ["EISDIR", "EPERM", "EINVAL", "ENOTSUP"];
  try {
    const handle = await fs().promises.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows and some network file systems have no such thing.
    if (!unsupported.includes(codeOf(error) ?? "")) throw error;
  }
}
