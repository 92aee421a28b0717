/** Base64url in plain JavaScript, for runtimes without `Buffer`. RFC 4648 section 5, without padding. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const FOREIGN = 64;

const codes: Uint8Array = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const values: Uint8Array = new Uint8Array(128).fill(FOREIGN);
codes.forEach((code, value) => {
  values[code] = value;
});

const ascii = new TextDecoder();

/** The text of these bytes. */
export function encodeBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 8) / 6));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 6; ) {
      bits -= 6;
      text[at++] = codes[(held >> bits) & 63]!;
    }
  }
  if (bits > 0) text[at] = codes[(held << (6 - bits)) & 63]!;
  return ascii.decode(text);
}

/** The bytes of this text; `undefined` if {@link encodeBase64url} would have written them otherwise. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? FOREIGN;
    if (value === FOREIGN) return undefined;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  // RFC 4648 section 3.5: bits left over must be zero, or two texts would stand for the same bytes.
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
