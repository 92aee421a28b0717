import type { NextRequest } from "next/server.js";

/**
 * A redirect as the answer to something that was posted. `NextResponse.redirect` gives 307, by which a browser posts
 * its form on to the login page. And Next's router takes no redirect as the answer to a server action, only what an
 * action that redirects says: without that the page breaks.
 */
export function redirectOfPost(request: NextRequest, answer: Response): Response {
  const location = answer.headers.get("location");
  if (location === null || request.method === "GET" || request.method === "HEAD") return answer;
  const headers = new Headers(answer.headers);
  if (request.headers.has("next-action")) {
    headers.delete("location");
    headers.set("x-action-redirect", `${addressFor(request, location)};push`);
  }
  return new Response(null, { status: 303, headers });
}

/** Within the application as its router wants it: without the origin and `basePath`. */
function addressFor({ nextUrl, url }: NextRequest, location: string): string {
  const there = nextUrl.clone();
  there.href = new URL(location, url).href;
  const { origin, basePath, pathname, search, hash, href } = there;
  return origin === nextUrl.origin && basePath === nextUrl.basePath ? pathname + search + hash : href;
}
