import type { Metadata } from "next";
import Link from "next/link";
import { needsStore } from "../_lib/needs-store";
import { requireUser } from "../_lib/require-user";
import { storeSessions } from "../sessions";
import { IdleClock } from "./idle-clock";
import { SessionList } from "./session-list";
import { sessionRows } from "./session-rows";

export const metadata: Metadata = { title: "Your account" };

export default needsStore(async function Account() {
  const { session, user } = await requireUser();
  const { timeout, touchInterval } = storeSessions.describePolicy();
  const remaining = await storeSessions.remaining();

  return (
    <div className="stack narrow">
      <h1>Good to see you, {user.name.split(" ")[0]}</h1>
      <p className="lead">
        This page is for {user.name}, who {user.role}.
      </p>
      {timeout !== null && remaining !== null && (
        <section className="card" aria-label="Time left">
          <IdleClock key={Date.now()} left={remaining} total={timeout} grace={touchInterval} />
        </section>
      )}
      <SessionList rows={await sessionRows(session, user.id)} />
      <p>
        Stay away until the clock runs out, and the middleware sends you to the login page and says why. The
        same session is on the <Link href="/store">workbench</Link>, where you can take it apart.
      </p>
    </div>
  );
});
