/** What this folder's tests share. Not published. */

import * as node from "./primitives.node.ts";
import type { Parts, Primitives } from "./primitives.ts";
import * as web from "./primitives.web.ts";

/** Both variants; Node has WebCrypto too, so the edge's runs here as well. */
export const variants: ReadonlyArray<readonly [name: string, primitives: Primitives]> = [
  ["node", node],
  ["web", web],
];

/** The bytes of a hexadecimal text. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** The hexadecimal text of some bytes. */
export function toHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("hex");
}

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** What was written in parts, as it goes out. */
export function joined(parts: Parts): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
