"use client";

import { useEffect, useRef } from "react";
import { useFormStatus } from "react-dom";
import { useSending } from "../_lib/use-sending";
import { type Ended, endSessions } from "./actions";
import styles from "./session-list.module.css";
import type { SessionRow } from "./session-rows";

/** One form with a button for each session, so that its result comes back without JavaScript as well. */
export function SessionList({ rows }: { rows: readonly SessionRow[] }) {
  const { answer: ended, trouble, formProps } = useSending(endSessions);
  const others = rows.length - 1;

  return (
    <section className={styles.section} aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you are signed in</h2>
      <div aria-live="polite">
        {trouble ? (
          <p className={`notice ${styles.trouble}`} data-testid="unsent">
            {trouble}
          </p>
        ) : (
          ended && <Result key={ended.at} count={ended.count} />
        )}
      </div>
      <form {...formProps} className={styles.form}>
        <ul className={styles.list} data-testid="sessions">
          {rows.map((row) => (
            <Row key={row.id} {...row} />
          ))}
        </ul>
        {others > 0 ? (
          <Press end="others" id="end-others">
            Sign out everywhere else
          </Press>
        ) : (
          <p className={styles.alone} data-testid="no-others">
            This is the only one. Sign in from another browser or a private window, and it shows up here.
          </p>
        )}
      </form>
    </section>
  );
}

function Row({ id, device, isThisOne, since, lastSeen, ends }: SessionRow) {
  return (
    <li className={styles.row} data-testid="session" data-id={id} data-this-one={isThisOne || undefined}>
      <h3 className={styles.device}>
        <span id={`device-${id}`}>{device}</span>
        {isThisOne && (
          <strong id={`badge-${id}`} className={styles.badge}>
            this one
          </strong>
        )}
      </h3>
      <dl className={styles.facts}>
        <div>
          <dt>Signed in</dt>
          <dd data-testid="session-since">
            <time id={`since-${id}`} dateTime={new Date(since).toISOString()}>
              {moment(since)}
            </time>
          </dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd data-testid="session-last-seen">{lastSeen}</dd>
        </div>
        <div>
          <dt>Ends</dt>
          <dd data-testid="session-ends">{ends}</dd>
        </div>
      </dl>
      {/* Two browsers of a kind have one name: the moment of the sign-in tells them apart. */}
      <Press
        end={id}
        id={`end-${id}`}
        labelledBy={`end-${id} device-${id} ${isThisOne ? `badge-${id} ` : ""}since-${id}`}
      >
        Sign out
      </Press>
    </li>
  );
}

interface PressProps {
  end: string;
  id: string;
  /** Says which "Sign out" it is to those who hear it without the rest of the row. */
  labelledBy?: string;
  children: string;
}

function Press({ end, id, labelledBy, children }: PressProps) {
  const pending = useFormStatus().data?.get("end") === end;
  return (
    <button
      type="submit"
      name="end"
      value={end}
      id={id}
      className="button"
      aria-labelledby={labelledBy}
      aria-busy={pending}
    >
      {children}
      {pending && <span aria-hidden="true"> …</span>}
    </button>
  );
}

/** Takes the focus, because the button that was pressed may be gone with its row. */
function Result({ count }: Pick<Ended, "count">) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <p
      ref={place}
      className="notice"
      data-testid="ended"
      data-count={count}
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: without JavaScript nothing else could; with it, React heeds this on form controls only
      autoFocus
    >
      {count === 0
        ? "Nothing was ended: what you chose was over already."
        : `${count === 1 ? "1 session has" : `${count} sessions have`} ended. ${
            count === 1 ? "Its browser finds" : "Their browsers find"
          } out at the next request.`}
    </p>
  );
}

/** `23 Nov, 20:31:07 UTC`: server and browser agree on it. */
function moment(epochMs: number): string {
  const date = new Date(epochMs);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  return `${day}, ${date.toISOString().slice(11, 19)} UTC`;
}
