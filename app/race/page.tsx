import type { Metadata } from "next";
import { SPREAD, WORK } from "./_lib/lanes";
import { Track } from "./track";

export const metadata: Metadata = { title: "A race for one session" };

// Reads no session: only a race makes some, and ends them.
export default function RacePage() {
  return (
    <div className="stack">
      <header className="stack">
        <h1>What survives a race</h1>
        <p className="lead">
          A page with six widgets sends six requests at once, and all of them bring the same session. If each
          adds one to a number in it, is the number six afterwards? Let some race, and count.
        </p>
      </header>
      <Track />
      <section className="stack" aria-labelledby="method">
        <h2 id="method">How it is run</h2>
        <p>
          Each request opens the session, spends {WORK.least} to {WORK.most} ms on something else, as one that
          asks a database does, then counts itself and saves. Beside the number the tally keeps whose
          increments are in it: so the picture knows which were lost. The times are the server’s.
        </p>
        <p>
          This browser sends real requests to <code>/api/race</code>, with the cookie that it was given at the
          start. Those that the server makes have cookies and a session object each, share nothing but the
          database, and arrive within {SPREAD} ms. Races have sessions of their own, which end with them: what
          you are signed in to is not touched.
        </p>
      </section>
    </div>
  );
}
