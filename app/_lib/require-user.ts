import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { storeSessions } from "../sessions";
import type { DemoSession } from "./look";
import { findUser, type User } from "./users";

/**
 * The user who is signed in, with the session. Anybody else goes to the login page, which says why.
 *
 * The middleware keeps out who has no living session. Who it is that has one is decided here, next to the
 * data, because a matcher that misses a path must not be all that stands in front of it.
 */
export async function requireUser(): Promise<{ session: DemoSession; user: User }> {
  const session = await storeSessions.getSession();
  const user = findUser(session.data.userId);
  if (user) return { session, user };
  const reason = session.isNew && (await hasCookie()) ? "revoked" : "missing";
  redirect(`/login?${new URLSearchParams({ reason, next: "/account" })}`);
}

/**
 * On the Edge the middleware sees signature and clocks, not the store. So a cookie that came past it and still
 * opens no session is in order itself: it is the record that somebody has ended.
 */
async function hasCookie(): Promise<boolean> {
  const { name } = storeSessions.describePolicy().cookie;
  return Boolean((await cookies()).get(name)?.value);
}
