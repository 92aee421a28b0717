/**
 * Where to go after signing in: a path of this site, whatever the address bar asked for.
 * The URL parser decides, because `//evil.example`, `/\evil.example` and `/<tab>/evil.example` are all
 * other sites to a browser although they start with a slash; `/.//evil.example` is one once it is parsed.
 */
export function safeNextPath(value: unknown, fallback = "/account"): string {
  if (typeof value !== "string" || !value.startsWith("/")) return fallback;
  const here = "http://here.invalid";
  const url = URL.canParse(value, here) ? new URL(value, here) : undefined;
  return url?.origin === here && !url.pathname.startsWith("//") ? url.pathname + url.search : fallback;
}
