import { SessionError, StoreUnavailableError } from "../../errors.ts";

const ACCESS = "Give this process's user read and write access to the directory and everything in it.";
const SPACE = "Free some space; nothing was changed.";

const EXPLAINED: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  EACCES: ["permission denied", ACCESS],
  EPERM: ["permission denied", ACCESS],
  EROFS: ["the file system is read-only", "Set `dir` to a place that can be written to."],
  ENOSPC: ["the disk is full", SPACE],
  EDQUOT: ["the disk quota is used up", SPACE],
  ENOENT: [
    "the directory is not there and cannot be made",
    "Set `dir` to a place where directories can be made, and see that no link on the way leads nowhere.",
  ],
  ENOTDIR: ["a part of the path is a file, not a directory", "Set `dir` to a directory."],
  EISDIR: ["a directory lies where a session's file should be", "Give fileStore a directory of its own."],
  EXDEV: [
    "a folder in it is a mount of its own, so files cannot be moved between them",
    "Put the whole of `dir` on one file system.",
  ],
  EIO: ["the disk failed to read or write", "Check the disk and the system's log."],
  EMFILE: [
    "this process has too many files open",
    "Raise its limit (ulimit -n), or find what leaves them open.",
  ],
  ENFILE: ["the system has too many files open", "Find what leaves them open."],
  ENAMETOOLONG: ["the path is too long", "Set `dir` to a shorter path."],
};

/** There is no room for anything new. */
export const FULL: readonly string[] = ["ENOSPC", "EDQUOT"];

/** The system's own code of a failed call: ENOENT, EEXIST, … */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

/** Whether the file or directory is not there. */
export const isAbsent = (error: unknown): boolean => codeOf(error) === "ENOENT";

/** Resolves to false if the call fails with one of these codes. */
export async function unless(call: Promise<unknown>, ...codes: string[]): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

/** Does `work`; a failure of the file system comes out in words, anything else as it came. */
export async function explained<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreFailure(error, dir);
  }
}

/** What to throw to the caller. */
export function asStoreFailure(error: unknown, dir: string): unknown {
  if (error instanceof SessionError) return error;
  if ((error as NodeJS.ErrnoException | null)?.syscall === undefined) return error;
  const [what, todo] = EXPLAINED[codeOf(error) ?? ""] ?? [(error as Error).message, "See the cause."];
  return new StoreUnavailableError(`file store ${dir}: ${what}. ${todo}`, { cause: error });
}
