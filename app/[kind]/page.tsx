import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Journey } from "../_components/journey";
import { KindSwitch } from "../_components/kind-switch";
import { storeHealth } from "../_lib/health";
import { isKind, type Kind, sessionsOf } from "../_lib/kinds";
import { lookAtCookie, print, readAsNextRequest } from "../_lib/look";
import { needsStore } from "../_lib/needs-store";
import { pigmentOf } from "../_lib/pigments";
import { type DemoData, store } from "../sessions";
import { Bench } from "./bench";
import type { FieldValues } from "./fields";
import { Inspector } from "./inspector";
import styles from "./page.module.css";

const TITLES: Record<Kind, string> = { cookie: "A session in the cookie", store: "A session in a store" };

type Props = { params: Promise<{ kind: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { kind } = await params;
  return isKind(kind) ? { title: TITLES[kind] } : {};
}

export default needsStore(async function Workbench({ params }: Props) {
  const { kind } = await params;
  if (!isKind(kind)) notFound();

  const sessions = sessionsOf(kind);
  const session = await sessions.getSession();
  const policy = sessions.describePolicy();
  const cookie = await lookAtCookie(kind);
  // A store knows a session by its public id; the token in the cookie never reaches it.
  const record = kind === "store" ? await store.get(session.id) : undefined;
  const health = kind === "store" ? await storeHealth() : undefined;
  const kept = await readAsNextRequest(kind);
  const unsaved = Object.entries(print(session.data)).flatMap(([key, value]) =>
    kept[key] === value ? [] : [key],
  );
  const remaining = await sessions.remaining();

  return (
    <div className={styles.page} data-pigment={pigmentOf(session.data.colour)}>
      <header className={styles.top}>
        <div className="stack">
          <h1>{TITLES[kind]}</h1>
          <p className="lead">
            {kind === "cookie"
              ? "The browser carries the data itself, sealed with a key that only the server has."
              : "The browser carries a token; the data rests on the server, in one record."}
          </p>
          <KindSwitch kind={kind} />
        </div>
        <figure className={styles.figure} aria-label="Where this session is right now">
          <Journey
            kind={kind}
            sizes={{
              cookieName: policy.cookie.name,
              cookieBytes: cookie?.bytes,
              record: record && { id: session.id, bytes: Buffer.byteLength(record.value) },
            }}
          />
        </figure>
      </header>
      <div className={styles.columns}>
        <div className="stack">
          <Bench
            key={kind}
            kind={kind}
            values={fieldValues(session.data)}
            sessionId={session.isNew ? null : session.id}
          />
        </div>
        <Inspector
          kind={kind}
          session={session}
          policy={policy}
          cookieBytes={cookie?.bytes}
          record={record}
          health={health}
          unsaved={unsaved}
          remaining={remaining}
        />
      </div>
    </div>
  );
});

function fieldValues({ name, colour, likes, day, note }: Partial<DemoData>): FieldValues {
  return {
    name: name ?? "",
    colour: pigmentOf(colour),
    likes: [...(likes ?? [])],
    day: day ? day.toISOString().slice(0, 10) : "",
    note: note ?? "",
  };
}
