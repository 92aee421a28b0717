/** Where a record lies in the table. */
import { builtin } from "../builtins.ts";

/** The range of ids for one key, first and last, and the key as its column holds it. */
export type Place = readonly [first: number, last: number, key: Uint8Array | string];

/** How many places are kept, of some 200 bytes each. */
const PLACES_REMEMBERED = 1000;

/** How many records whose keys agree in their first 47 bits find room: 2^6, which makes an id of 53 bits. */
const SLOTS = 64;

/**
 * The table lies in the order of the keys' hashes: an id is the first 47 bits of one, and 6 bits that tell those apart
 * who share them (two among a million, once in three hundred times). So a key is found without an index, by one walk
 * down a tree whose inner pages hold nothing but numbers: 2.5 MB for a million records.
 *
 * A number that fits a double, because a BigInt costs more than the walk's last step.
 */
export function placeOf(key: string): Place {
  const known = lately.get(key);
  if (known !== undefined) return known;
  const bound = boundHash(key);
  const hash = typeof bound === "string" ? digestOf(bound) : bound;
  const first = Math.floor(hash.readUIntBE(0, 6) / 2) * SLOTS;
  // The bytes of a hash lie in a pool of 8 KB, which would be kept with them.
  const place: Place = [first, first + SLOTS - 1, typeof bound === "string" ? bound : new Uint8Array(bound)];
  if (lately.size >= PLACES_REMEMBERED) lately.clear();
  lately.set(key, place);
  return place;
}

/** Finding a key's place takes a fifth as long as reading its row; a page and its prefetches ask for one many times. */
const lately = new Map<string, Place>();

/** A key that is no hash comes from an application's own hands; it must not choose its neighbours either. */
const digestOf = (key: string): Buffer =>
  builtin("node:crypto", "sqliteStore").createHash("sha256").update(key).digest();

/**
 * A hash in base64url (43 characters) as the 32 bytes that it says, which saves 11 bytes. Any other text as it is; a
 * blob never equals a text, so the two kinds cannot meet.
 */
export function boundHash(text: string): Buffer | string {
  if (text.length !== 43) return text;
  const bytes = Buffer.from(text, "base64url");
  // Decoding is lenient: only what reads back the same may stand for the text.
  return bytes.toString("base64url") === text ? bytes : text;
}

/** The text that was bound: the reverse of {@link boundHash}. */
export function hashOf(bound: Uint8Array | string): string {
  return typeof bound === "string" ? bound : Buffer.from(bound).toString("base64url");
}
