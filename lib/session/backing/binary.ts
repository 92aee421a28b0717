/** Numbers in as few bytes as cookies deserve. Big-endian; epoch milliseconds fit 48 bits until the year 10889. */

export const UINT48_BYTES = 6;

/** Writes at `at` and gives the offset behind it. */
export function writeUint48(bytes: Uint8Array, at: number, value: number): number {
  // Shifts work on 32 bits: the upper 16 by themselves.
  const upper = Math.floor(value / 2 ** 32);
  bytes[at] = upper >>> 8;
  bytes[at + 1] = upper;
  bytes[at + 2] = value >>> 24;
  bytes[at + 3] = value >>> 16;
  bytes[at + 4] = value >>> 8;
  bytes[at + 5] = value;
  return at + UINT48_BYTES;
}

/** Throws where the bytes end too soon. */
export function readUint48(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = at; index < at + UINT48_BYTES; index++) value = value * 256 + byteAt(bytes, index);
  return value;
}

/** LEB128, up to 53 bits: writes at `at` and gives the offset behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest >= 128) {
    bytes[end++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[end++] = rest;
  return end;
}

/** Gives the value and the offset behind it. */
export function readVarint(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let end = at; end < at + 8; ) {
    const byte = byteAt(bytes, end++);
    value += (byte % 128) * scale;
    if (byte < 128) return [value, end];
    scale *= 128;
  }
  throw new RangeError("Number is too long.");
}

function byteAt(bytes: Uint8Array, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw new RangeError("Bytes end too soon.");
  return byte;
}
