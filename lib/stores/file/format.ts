/**
 * How a session lies in its file: text, in four parts.
 *
 *     next-beaker 1 <version>      <check>
 *     <accessedAt> <expiresAt>     <check>
 *     <check> {"key":…,"createdAt":…,"subject":…}
 *     <value>
 *
 * The first two lines are 64 bytes each, so that they can be overwritten where they lie: the clocks by a touch, the
 * version by a lock. The rest never changes within a file; a save makes a new one. Each part has a checksum, by which
 * a reader tells a line that is being overwritten, or a damaged file, from a sound one.
 */
import type { NewRecord, StoredRecord } from "../store.ts";
import { checksum } from "./builtins.ts";

const LINE = 64;
const CONTENT = LINE - 10;
const MAGIC = "next-beaker 1 ";

/** Where the line with the clocks begins. */
export const CLOCKS_AT: number = LINE;
/** Length of both lines. */
export const HEAD: number = 2 * LINE;

/** A record and the key that it is under. */
export interface KeyedRecord extends StoredRecord {
  readonly key: string;
}

/** The line with the version. */
export function versionLine(version: string): string {
  return line(MAGIC + version);
}

/** The line with the clocks. */
export function clocksLine(accessedAt: number, expiresAt: number | null): string {
  return line(`${accessedAt} ${expiresAt ?? "never"}`);
}

/** The whole file. */
export function encodeFile(key: string, version: string, record: NewRecord): string {
  const { value, createdAt, accessedAt, expiresAt, subject } = record;
  const rest = `${JSON.stringify({ key, createdAt, subject })}\n${value}`;
  return `${versionLine(version)}${clocksLine(accessedAt, expiresAt)}${checksum(rest)} ${rest}`;
}

/** The version alone; undefined if its line is damaged. */
export function decodeVersion(text: string): string | undefined {
  const found = content(text.slice(0, LINE));
  return found?.startsWith(MAGIC) ? found.slice(MAGIC.length) : undefined;
}

/** The record; undefined if any part of it is damaged. */
export function decodeFile(text: string): KeyedRecord | undefined {
  const version = decodeVersion(text);
  const clocks = content(text.slice(LINE, HEAD));
  const rest = text.slice(HEAD + 9);
  if (version === undefined || clocks === undefined || checksum(rest) !== text.slice(HEAD, HEAD + 8)) return;
  const [accessedAt, expiresAt] = clocks.split(" ");
  const end = rest.indexOf("\n");
  const { key, createdAt, subject } = JSON.parse(rest.slice(0, end));
  return {
    key,
    value: rest.slice(end + 1),
    createdAt,
    accessedAt: Number(accessedAt),
    expiresAt: expiresAt === "never" ? null : Number(expiresAt),
    subject,
    version,
  };
}

function line(text: string): string {
  const padded = text.padEnd(CONTENT);
  return `${padded} ${checksum(padded)}\n`;
}

function content(found: string): string | undefined {
  const padded = found.slice(0, CONTENT);
  return found.slice(CONTENT) === ` ${checksum(padded)}\n` ? padded.trimEnd() : undefined;
}
