import { inspect } from "node:util";
import type { Policy, StoredRecord } from "next-beaker";
import type { ReactNode } from "react";
import { Countdown } from "../_components/countdown";
import { Cylinder } from "../_components/cylinder";
import { IdleClock } from "../_components/idle-clock";
import { ScrollRegion } from "../_components/scroll-region";
import { bytes, clockTime, duration, roundTrip } from "../_lib/format";
import { type Health, troubleOf } from "../_lib/health";
import type { Kind } from "../_lib/kinds";
import { absoluteLeft, isAbsoluteNearer } from "../_lib/limits";
import type { DemoSession } from "../_lib/look";
import { prettyJson } from "../_lib/pretty-json";
import styles from "./inspector.module.css";

interface InspectorProps {
  kind: Kind;
  session: DemoSession;
  policy: Policy;
  cookieBytes: number | undefined;
  record: StoredRecord | undefined;
  /** Of the store; none for a session that has none. */
  health: Health | undefined;
  /** Keys of the data that this request has changed and not kept. */
  unsaved: readonly string[];
  /** Seconds, as `sessions.remaining()` gives them. */
  remaining: number | null;
}

/** Everything there is to know about a session, in the order of a person's questions. */
export function Inspector({
  kind,
  session,
  policy,
  cookieBytes,
  record,
  health,
  unsaved,
  remaining,
}: InspectorProps) {
  return (
    <aside className={styles.inspector} aria-labelledby="inspector-title">
      <h2 id="inspector-title">The session, inspected</h2>
      <Part title="Which one">
        <dl className={styles.facts}>
          <Fact name="Id" testId="session-id">
            <code>{session.id}</code>
          </Fact>
          <Fact name="New" testId="session-is-new">
            {session.isNew ? "yes: nothing of it is kept yet" : "no: it is kept"}
          </Fact>
          <Fact name="Created" testId="session-created">
            <Time at={session.created} />
          </Fact>
          <Fact name="Last access" testId="session-last-accessed">
            {session.lastAccessed === null ? "none before this request" : <Time at={session.lastAccessed} />}
          </Fact>
        </dl>
      </Part>
      <Part title="How long it lasts">
        <Clocks kind={kind} session={session} policy={policy} remaining={remaining} />
      </Part>
      <Part title="What it remembers">
        <Code label="Session data" testId="session-data">
          {inspect(session.data, { compact: false, maxStringLength: 200 })}
        </Code>
        {unsaved.length > 0 && (
          <p className={styles.unsaved} data-testid="unsaved">
            Only in this request, and not kept: {unsaved.join(", ")}.{" "}
            <a href={`/${kind}`}>Load the page again</a>, and it is gone.
          </p>
        )}
      </Part>
      <Part title="Its cookie">
        <CookieFacts cookie={policy.cookie} size={cookieBytes} />
      </Part>
      {health && (
        <Part title="Which store">
          <StoreFacts health={health} />
        </Part>
      )}
      <Part title="What the store holds">
        {record ? (
          <StoreRecord record={record} />
        ) : (
          <p className={styles.soft} data-testid="store-record">
            {kind === "cookie"
              ? "Nothing: there is no store. The sealed cookie is the session."
              : "Nothing under this id. Save, and there is a record."}
          </p>
        )}
      </Part>
    </aside>
  );
}

function Clocks({
  kind,
  session,
  policy,
  remaining,
}: Pick<InspectorProps, "kind" | "session" | "policy" | "remaining">) {
  const { timeout, absoluteTimeout, touchInterval } = policy;
  if (session.isNew) {
    return (
      <p className={styles.soft}>No clock runs yet: a session that was never saved has nothing to lose.</p>
    );
  }
  const now = Date.now();
  const longest = absoluteLeft(session, policy);
  return (
    <div className={styles.clocks}>
      {timeout !== null && remaining !== null && (
        <IdleClock
          key={`idle-${now}`}
          kind={kind}
          label="If you do nothing"
          left={remaining}
          total={timeout}
          grace={touchInterval}
          testId="idle-left"
          explanation={
            isAbsoluteNearer(session, policy, remaining)
              ? `${duration(timeout)} without a request would end it, but the other limit comes first.`
              : `${duration(timeout)} without a request end it. Reading sets this clock again at most every ${touchInterval} s, saving does so at once.`
          }
        />
      )}
      {absoluteTimeout !== null && longest !== null && (
        <Countdown
          key={`absolute-${now}`}
          label="Whatever you do"
          left={longest}
          total={absoluteTimeout}
          testId="absolute-left"
          explanation={`${duration(absoluteTimeout)} after its creation it ends. No save moves this.`}
        />
      )}
    </div>
  );
}

function CookieFacts({ cookie, size }: { cookie: Policy["cookie"]; size: number | undefined }) {
  const flags = [
    cookie.httpOnly && "HttpOnly",
    cookie.secure ? "Secure" : "not Secure",
    `SameSite=${cookie.sameSite}`,
    `Path=${cookie.path}`,
    cookie.domain && `Domain=${cookie.domain}`,
  ].filter((flag) => typeof flag === "string");
  return (
    <div className={styles.clocks}>
      <p className={styles.cookie} data-testid="cookie-flags">
        <code>{cookie.name}</code>
        {flags.map((flag) => (
          <span key={flag} className={styles.flag}>
            {flag}
          </span>
        ))}
      </p>
      <p className={styles.size}>
        <span>Size</span>
        <span data-testid="cookie-size">
          {size ? `${bytes(size)} of ${cookie.maxBytes.toLocaleString("en")}` : "no cookie"}
        </span>
      </p>
      <Cylinder level={(size ?? 0) / cookie.maxBytes} />
      <p className={styles.soft}>
        The value is not shown: it opens the session, and HttpOnly keeps it from scripts for that reason.
      </p>
    </div>
  );
}

function StoreFacts({ health }: { health: Health }) {
  return (
    <dl className={styles.facts} data-testid="store-engine">
      <Fact name="Engine">{health.engine}</Fact>
      <Fact name="Where">
        <code>{health.place}</code>
      </Fact>
      <Fact name="Health" testId="store-health">
        <span className={styles.health} data-ok={health.ok}>
          {health.ok ? `ok, answered in ${roundTrip(health.milliseconds)}` : troubleOf(health)}
        </span>
      </Fact>
    </dl>
  );
}

function StoreRecord({ record }: { record: NonNullable<InspectorProps["record"]> }) {
  return (
    <div className={styles.clocks} data-testid="store-record">
      <dl className={styles.facts}>
        <Fact name="Version">{record.version}</Fact>
        <Fact name="Accessed">
          <Time at={record.accessedAt} />
        </Fact>
        <Fact name="Prunable">
          {record.expiresAt === null ? (
            "never"
          ) : (
            <>
              from <Time at={record.expiresAt} />
            </>
          )}
        </Fact>
        <Fact name="Value">{bytes(Buffer.byteLength(record.value))}, as it is stored:</Fact>
      </dl>
      <Code label="Stored value" testId="store-value">
        {prettyJson(record.value)}
      </Code>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, testId, children }: { name: string; testId?: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}

function Time({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>;
}

function Code({ label, testId, children }: { label: string; testId: string; children: string }) {
  return (
    <ScrollRegion className={styles.code} label={label}>
      <pre data-testid={testId}>{children}</pre>
    </ScrollRegion>
  );
}
