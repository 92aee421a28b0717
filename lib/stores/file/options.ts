import { ConfigError } from "../../errors.ts";

/** Options of `fileStore`. */
export interface FileStoreOptions {
  /**
   * The directory for the sessions' files, absolute or relative to the working directory at the time of first use.
   * Give it one of its own, on a local disk. Made at the first write, with mode 0700.
   */
  readonly dir: string;
}

/** The options. @throws {ConfigError} naming the one at fault. */
export function checkedOptions(options: FileStoreOptions): { dir: string } {
  for (const option of Object.keys(options ?? {})) {
    if (option !== "dir") {
      throw new ConfigError(option, `fileStore has no option "${option}". It knows: dir.`);
    }
  }
  const { dir } = options ?? {};
  if (typeof dir !== "string" || dir === "" || dir.includes("\0")) {
    throw new ConfigError("dir", 'fileStore({ dir }) must be a directory\'s path, such as ".data/sessions".');
  }
  return { dir };
}
