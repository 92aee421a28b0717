import { expired } from "./attributes.ts";
import type { CookieAttributes, CookieJar } from "./jar.ts";

/** RFC 6265bis 5.6: a browser drops a cookie whose name and value together exceed this; attributes do not count. */
export const MAX_COOKIE_BYTES = 4096;

/** Servers and proxies refuse header lines from about 8 to 16 KB on, so a session never takes more. */
export const MAX_CHUNKS = 4;

/** Reads a value from `name`, or from `name.0`, `name.1`, … up to the first gap. */
export function readChunks(jar: CookieJar, name: string): string | undefined {
  const whole = jar.get(name);
  if (whole !== undefined) return whole;
  let value = "";
  for (let index = 0; index < MAX_CHUNKS; index++) {
    const part = jar.get(chunkName(name, index));
    if (part === undefined) break;
    value += part;
  }
  return value || undefined;
}

/** Bytes of name and value that would be sent, and how many are allowed. */
export function measureChunks(name: string, value: string, chunks: number): { bytes: number; limit: number } {
  if (chunks === 1 || name.length + value.length <= MAX_COOKIE_BYTES) {
    return { bytes: name.length + value.length, limit: MAX_COOKIE_BYTES };
  }
  const parts = Math.ceil(value.length / chunkCapacity(name));
  return { bytes: value.length + parts * chunkName(name, 0).length, limit: chunks * MAX_COOKIE_BYTES };
}

/** Writes a measured value and expires what an earlier, longer or shorter value left behind. */
export function writeChunks(jar: CookieJar, name: string, value: string, attributes: CookieAttributes): void {
  if (name.length + value.length <= MAX_COOKIE_BYTES) {
    jar.set(name, value, attributes);
    // Parts without a first one are read by nobody, and most cookies have none: one look is enough.
    if (jar.get(chunkName(name, 0)) !== undefined) expireParts(jar, name, 0, attributes);
    return;
  }
  const size = chunkCapacity(name);
  let parts = 0;
  for (let start = 0; start < value.length; start += size) {
    jar.set(chunkName(name, parts++), value.slice(start, start + size), attributes);
  }
  expireOne(jar, name, attributes);
  expireParts(jar, name, parts, attributes);
}

/** Expires the cookie in whatever pieces it has; sends nothing where there is none. */
export function expireChunks(jar: CookieJar, name: string, attributes: CookieAttributes): void {
  expireOne(jar, name, attributes);
  expireParts(jar, name, 0, attributes);
}

function expireParts(jar: CookieJar, name: string, from: number, attributes: CookieAttributes): void {
  for (let index = from; index < MAX_CHUNKS; index++) expireOne(jar, chunkName(name, index), attributes);
}

function expireOne(jar: CookieJar, name: string, attributes: CookieAttributes): void {
  if (jar.get(name) !== undefined) jar.set(name, "", expired(attributes));
}

function chunkName(name: string, index: number): string {
  return `${name}.${index}`;
}

function chunkCapacity(name: string): number {
  return MAX_COOKIE_BYTES - chunkName(name, 0).length;
}
