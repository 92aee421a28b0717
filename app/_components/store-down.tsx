import Link from "next/link";
import { type Health, troubleOf } from "../_lib/health";
import { StoreAwait } from "./store-await";
import styles from "./store-down.module.css";
import { Vessel } from "./vessel";

/** In the place of a page that needs the store, while the store is down. */
export function StoreDown({ health }: { health: Health }) {
  return (
    <div className="stack narrow" data-testid="store-down">
      <Vessel level={0.5} ghost />
      <h1>The store does not answer</h1>
      <p className="lead">
        {health.embedded
          ? "Your session rests in a database file that this server cannot use right now; its log has the reason. "
          : "Your session rests in a store that this server cannot reach right now. "}
        Nothing of it can be read or written meanwhile, and nobody has signed you out: when the store is back,
        so is what it has kept.
      </p>
      <dl className={styles.facts}>
        <dt>Engine</dt>
        <dd>{health.engine}</dd>
        <dt>Where</dt>
        <dd>
          <code>{health.place}</code>
        </dd>
        <dt>Found just now</dt>
        <dd data-testid="store-health">{health.ok ? "it answers again" : troubleOf(health)}</dd>
      </dl>
      <StoreAwait />
      {/* Without JavaScript the browser itself asks again. */}
      <noscript>
        <meta httpEquiv="refresh" content="2" />
      </noscript>
      {/* A form that asks for this address again: it works without JavaScript. */}
      <form>
        <button type="submit" className="button">
          Look again now
        </button>
      </form>
      <p>
        The <Link href="/cookie">session in the cookie</Link> goes on as before: it needs no store.
      </p>
    </div>
  );
}
