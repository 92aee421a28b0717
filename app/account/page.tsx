import type { Metadata } from "next";
import Link from "next/link";
import { IdleClock } from "../_components/idle-clock";
import { isAbsoluteNearer } from "../_lib/limits";
import { needsStore } from "../_lib/needs-store";
import { requireUser } from "../_lib/require-user";
import { storeSessions } from "../sessions";
import { SessionList } from "./session-list";
import { sessionRows } from "./session-rows";

export const metadata: Metadata = { title: "Your account" };

export default needsStore(async function Account() {
  const { session, user } = await requireUser();
  const policy = storeSessions.describePolicy();
  const { timeout, absoluteTimeout, touchInterval } = policy;
  const remaining = await storeSessions.remaining();
  const isLongest = remaining !== null && isAbsoluteNearer(session, policy, remaining);

  return (
    <div className="stack narrow">
      <h1>Good to see you, {user.name.split(" ")[0]}</h1>
      <p className="lead">
        This page is for {user.name}, who {user.role}.
      </p>
      {timeout !== null && remaining !== null && (
        <section className="card" aria-label="Time left">
          <IdleClock
            key={Date.now()}
            kind="store"
            label="Until you are signed out"
            left={remaining}
            total={isLongest ? (absoluteTimeout ?? timeout) : timeout}
            grace={touchInterval}
            testId="account-left"
            explanation={
              isLongest
                ? "The longest time that a session may last. No request of yours moves it."
                : "Any request of yours sets it again. Merely showing this clock does not."
            }
          />
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
