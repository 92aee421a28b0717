import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { findUser } from "../_lib/users";
import { signOut } from "../login/actions";
import { storeSessions } from "../sessions";
import { IdleClock } from "./idle-clock";

export const metadata: Metadata = { title: "Your account" };

export default async function Account() {
  const session = await storeSessions.getSession();
  const user = findUser(session.data.userId);
  // The middleware keeps out who has no living session. Who it is that has one is decided here, next to
  // the data, because a matcher that misses a path must not be all that stands in front of it.
  if (!user) redirect("/login?reason=missing&next=/account");

  const { timeout, touchInterval } = storeSessions.describePolicy();
  const remaining = await storeSessions.remaining();
  const since = session.data.signedInAt;

  return (
    <div className="stack narrow">
      <h1>Good to see you, {user.name.split(" ")[0]}</h1>
      <p className="lead">
        This page is for {user.name}, who {user.role}
        {since && (
          <>
            , signed in at <time dateTime={since.toISOString()}>{since.toISOString().slice(11, 16)} UTC</time>
          </>
        )}
        .
      </p>
      {timeout !== null && remaining !== null && (
        <section className="card" aria-label="Time left">
          <IdleClock key={Date.now()} left={remaining} total={timeout} grace={touchInterval} />
        </section>
      )}
      <p>
        Stay away until the clock runs out, and the middleware sends you to the login page and says why. The
        same session is on the <Link href="/store">workbench</Link>, where you can take it apart.
      </p>
      <form action={signOut}>
        <button type="submit" className="button">
          Sign out
        </button>
      </form>
    </div>
  );
}
