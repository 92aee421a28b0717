import { builtin } from "../builtins.ts";

const STORE = "fileStore";

/** `node:fs`. */
export const fs = (): typeof import("node:fs") => builtin("node:fs", STORE);
/** `node:path`. */
export const path = (): typeof import("node:path") => builtin("node:path", STORE);

/** SHA-256 in hexadecimal: safe as a file's name whatever the text, also where names ignore case. */
export function digest(text: string): string {
  // UTF-16, since UTF-8 would make one of all texts that differ only in lone surrogates.
  return builtin("node:crypto", STORE).hash("sha256", Buffer.from(text, "utf16le"), "hex");
}

/** CRC-32 as eight hexadecimal digits: finds damage, not forgery. */
export function checksum(text: string): string {
  return builtin("node:zlib", STORE).crc32(text).toString(16).padStart(8, "0");
}
