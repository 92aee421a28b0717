import type { CookieAttributes } from "./jar.ts";

/**
 * Every cookie of a `Cookie` header by name; of doubled names the last one counts, as in Next.js.
 * Foreign cookies, however odd, are passed over.
 */
export function readCookies(header: string | null | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals);
    // Browsers trim space and tab (RFC 6265bis 5.6), `trim` more: "\xa0__Host-x", which they take from any subdomain,
    // must not read as "__Host-x".
    if (equals > 0 && !/[^\t -~]/.test(name))
      cookies.set(name.trim(), unquote(pair.slice(equals + 1).trim()));
  }
  return cookies;
}

/** The value of one of them; undefined when absent or empty. */
export function readCookie(header: string | null | undefined, name: string): string | undefined {
  return readCookies(header).get(name) || undefined;
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

const SAME_SITE = { lax: "Lax", strict: "Strict", none: "None" } as const;
const PRIORITY = { low: "Low", medium: "Medium", high: "High" } as const;

/** One `Set-Cookie` line. Name, value, domain and path must be safe already: checked where users give them. */
export function formatSetCookie(name: string, value: string, attributes: CookieAttributes): string {
  let line = `${name}=${value}`;
  if (attributes.domain !== undefined) line += `; Domain=${attributes.domain}`;
  if (attributes.path !== undefined) line += `; Path=${attributes.path}`;
  if (attributes.maxAge !== undefined) line += `; Max-Age=${Math.trunc(attributes.maxAge)}`;
  if (attributes.expires !== undefined) line += `; Expires=${attributes.expires.toUTCString()}`;
  if (attributes.httpOnly) line += "; HttpOnly";
  if (attributes.secure) line += "; Secure";
  if (attributes.partitioned) line += "; Partitioned";
  if (attributes.sameSite !== undefined) line += `; SameSite=${SAME_SITE[attributes.sameSite]}`;
  if (attributes.priority !== undefined) line += `; Priority=${PRIORITY[attributes.priority]}`;
  return line;
}

/** The `Set-Cookie` lines without an earlier one for `name`: a response carries each of our cookies once. */
export function withoutSetCookie(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => !line.startsWith(`${name}=`));
}
