import Link from "next/link";
import { Journey } from "./_components/journey";
import { ScrollRegion } from "./_components/scroll-region";
import styles from "./page.module.css";

export default function Home() {
  return (
    <div className={styles.page}>
      <header className="stack">
        <h1>What a site remembers between two requests</h1>
        <p className="lead">
          HTTP forgets. Every request arrives as if it were the first. A session is the small memory that a
          site keeps for one visitor in between, and it has to rest somewhere. There are two good places.
        </p>
      </header>

      <div className={styles.kinds}>
        <section className={`card ${styles.kind}`} aria-labelledby="in-cookie">
          <h2 id="in-cookie">In the cookie</h2>
          <figure aria-label="The path of a session in the cookie">
            <Journey kind="cookie" />
          </figure>
          <p>
            The browser carries the data itself, sealed with a key that only the server has. Nothing to look
            up and nothing to clean up. It holds 4,096 bytes, and a copy of it stays good until its time is
            over.
          </p>
          <Link className="button primary" href="/cookie">
            Open a cookie session
          </Link>
        </section>
        <section className={`card ${styles.kind}`} aria-labelledby="in-store">
          <h2 id="in-store">In a store</h2>
          <figure aria-label="The path of a session in a store">
            <Journey kind="store" />
          </figure>
          <p>
            The browser carries a token, the server keeps the data. It may be as large as it likes, and one
            deleted record ends the session wherever its cookie was copied to.
          </p>
          <Link className="button primary" href="/store">
            Open a store session
          </Link>
        </section>
      </div>
      <p className={styles.caption}>The liquid is your data: see where it rests.</p>

      <div className={styles.lower}>
        <section className="stack" aria-labelledby="try">
          <h2 id="try">Worth trying</h2>
          <ol className={styles.list}>
            <li>Type something and save it. Type something else and revert. Then read the report.</li>
            <li>
              Regenerate, and watch the id change while the data stays. Delete, and watch nothing be left
              here.
            </li>
            <li>Paste a long note into the cookie session, until the cookie is too small for it.</li>
            <li>
              <Link href="/account">Sign in</Link>, do nothing until the time is over, and come back. Fifteen
              minutes are long: <code>SESSION_TIMEOUT=20 npm run demo</code> gives you twenty seconds.
            </li>
            <li>
              Sign in from a second browser, and end its session from the <Link href="/account">account</Link>{" "}
              page of the first.
            </li>
            <li>
              Let requests <Link href="/race">race</Link> for one session, and count what survives.
            </li>
            <li>Stop the server, start it again, reload: you are still who you were.</li>
            <li>Switch JavaScript off and do all of it again.</li>
          </ol>
        </section>
        <section className="stack" aria-labelledby="code">
          <h2 id="code">All the code it takes</h2>
          <ScrollRegion className={styles.code} label="Code">
            <pre>
              {`const session = await getSession();

session.data.name = "Ada";
session.data.likes = new Set(["tea"]);

await session.save();`}
            </pre>
          </ScrollRegion>
          <p>
            The same lines for both kinds, in actions, route handlers and middleware. A component reads a
            session just so, but Next lets it set no cookie: it leaves the saving to them.
          </p>
        </section>
      </div>
    </div>
  );
}
