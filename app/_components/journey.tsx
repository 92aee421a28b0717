import type { ReactNode } from "react";
import { bytes, short } from "../_lib/format";
import type { Kind } from "../_lib/kinds";
import styles from "./journey.module.css";
import { Key, Ticket, Vessel } from "./vessel";

/** The sizes of a session that really exists; without it the picture shows the idea. */
export interface JourneySizes {
  readonly cookieName: string;
  readonly cookieBytes: number | undefined;
  readonly record: { readonly id: string; readonly bytes: number } | undefined;
}

/** Where the data rests and what travels, as three stations. The liquid is the data. */
export function Journey({ kind, sizes }: { kind: Kind; sizes?: JourneySizes }) {
  const inCookie = kind === "cookie";
  return (
    <div className={styles.frame}>
      <ol className={styles.journey}>
        <Station place="Browser" sight={<InBrowser kind={kind} sizes={sizes} />}>
          {sizes ? (
            <>
              <code>{sizes.cookieName}</code>
              <br />
              {sizes.cookieBytes ? bytes(sizes.cookieBytes) : "no cookie yet"}
            </>
          ) : inCookie ? (
            "the data, sealed in the cookie"
          ) : (
            "a token in the cookie, no data"
          )}
        </Station>
        <Station place="Server" link="travels with every request" sight={<Key />}>
          {inCookie ? "opens it, seals it again, keeps nothing" : "checks the seal and the clocks"}
        </Station>
        <Station
          place="Store"
          link={inCookie ? "nothing to look up" : "looked up by the token’s hash"}
          unused={inCookie}
          sight={<Vessel level={inCookie ? 0 : level(sizes, sizes?.record?.bytes)} ghost={inCookie} />}
        >
          {inCookie ? (
            "not needed"
          ) : !sizes ? (
            "the data, in a record"
          ) : sizes.record ? (
            <>
              record <code>{short(sizes.record.id)}</code>
              <br />
              {bytes(sizes.record.bytes)}
            </>
          ) : (
            "no record yet"
          )}
        </Station>
      </ol>
    </div>
  );
}

function InBrowser({ kind, sizes }: { kind: Kind; sizes: JourneySizes | undefined }) {
  const present = !sizes || sizes.cookieBytes !== undefined;
  if (kind === "store") return <Ticket blank={!present} />;
  return <Vessel level={level(sizes, sizes?.cookieBytes)} stoppered={present} />;
}

/** Half full for the idea; else a part of what a cookie may hold, and never so little that it cannot be seen. */
function level(sizes: JourneySizes | undefined, size: number | undefined): number {
  if (!sizes) return 0.55;
  return size ? Math.max(0.12, size / 4096) : 0;
}

interface StationProps {
  place: string;
  sight: ReactNode;
  /** What happens on the way here from the station before. */
  link?: string | undefined;
  /** The way is not taken. */
  unused?: boolean;
  children: ReactNode;
}

function Station({ place, sight, link, unused = false, children }: StationProps) {
  return (
    <li className={styles.station}>
      {link && (
        <p className={styles.link} data-unused={unused || undefined}>
          {link}
        </p>
      )}
      <div className={styles.sight}>{sight}</div>
      <div>
        <strong className={styles.place}>{place}</strong>
        <p className={styles.words}>{children}</p>
      </div>
    </li>
  );
}
