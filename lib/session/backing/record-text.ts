import { decodeMeta, encodeMeta, type Meta } from "../overrides.ts";

/**
 * What a store's record says, as JSON text that other languages can read:
 * `{"data":<serialised data>}`, with what the session has set for itself in front of `data` when there is any;
 * or, for an id that has been replaced, `{"replaced":{…}}`.
 */
export type RecordContent =
  | { readonly kind: "live"; readonly meta: Meta; readonly text: string }
  | ({ readonly kind: "replaced" } & Replaced);

/** What is known of an id that has been replaced. */
export interface Replaced {
  /** The token that replaced it, sealed; absent when the session has ended. */
  readonly next?: string | undefined;
  /** Until when the old id leads there, epoch milliseconds; absent: it does not, and is known to who ends the session. */
  readonly until?: number | undefined;
}

const DATA = '"data":';
const PLAIN = `{${DATA}`;
const REPLACED = '{"replaced":';

/** A live record. The data's text goes in as it is: no second pass over it. */
export function encodeRecord(meta: Meta, text: string): string {
  const members = encodeMeta(meta);
  return members === "" ? `${PLAIN}${text}}` : `{${members},${DATA}${text}}`;
}

/** What stays under an id that has been replaced, so that a late save cannot bring it back. */
export function encodeReplaced({ next, until }: Replaced): string {
  return `${REPLACED}${JSON.stringify({ next, until })}}`;
}

/**
 * Reads either kind back.
 *
 * @throws {SyntaxError} for anything that was not written by us.
 */
export function decodeRecord(value: string): RecordContent {
  if (value.startsWith(REPLACED)) {
    const { next, until } = JSON.parse(value.slice(REPLACED.length, -1)) as Replaced;
    return { kind: "replaced", next, until };
  }
  // A quote inside a JSON string is escaped, so this text cannot occur within a member in front of the data.
  const start = value.startsWith(PLAIN) ? 1 : value.indexOf(`,${DATA}`) + 1;
  if (start === 0 || !value.startsWith("{") || !value.endsWith("}"))
    throw new SyntaxError("Not a session record.");
  const members = start === 1 ? "" : value.slice(1, start - 1);
  return { kind: "live", meta: decodeMeta(members), text: value.slice(start + DATA.length, -1) };
}
