import { type NextRequest, NextResponse } from "next/server";
import { cookieSessions, storeSessions } from "./app/sessions";

/** Checks the store-backed session, and sends people without a living one from protected pages to the login page. */
const guard = storeSessions.middleware({
  onMissing: (request) => toLogin(request, "missing"),
  onExpired: (request, reason) => toLogin(request, reason),
});

// The cookie-backed session needs no guard here, only its clock: it is refreshed, or dropped when it is over.
export const middleware = cookieSessions.middleware({ handler: (request) => guard(request) });

export const config = {
  // Pages and the API, not Next's own files. And not the routes that tell the seconds left, or whether the store
  // answers: passing through here counts as using the session, and asking how long it lasts must not make it last.
  matcher: ["/((?!_next/|icon.svg|favicon.ico|api/session/remaining|api/health).*)"],
};

function toLogin(request: NextRequest, reason: string): NextResponse | undefined {
  const { pathname, searchParams } = request.nextUrl;
  const isProtected = pathname === "/account" || pathname.startsWith("/account/");
  // Elsewhere a session that is over is no reason to send anybody away: the page starts a new one.
  if (!isProtected) return undefined;
  // Next's own parameter, visible here because of `skipProxyUrlNormalize`: no part of the page's address.
  searchParams.delete("_rsc");
  const next = searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname;
  return NextResponse.redirect(new URL(`/login?${new URLSearchParams({ reason, next })}`, request.url));
}
