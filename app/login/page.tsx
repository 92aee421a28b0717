import type { Metadata } from "next";
import { needsStore } from "../_lib/needs-store";
import { safeNextPath } from "../_lib/next-path";
import { findUser, USERS } from "../_lib/users";
import { storeSessions } from "../sessions";
import { signIn, signOut } from "./actions";
import styles from "./page.module.css";

export const metadata: Metadata = { title: "Sign in" };

/** Why somebody is here, in plain words. Only these can be shown: the address bar is anybody's to write in. */
const REASONS = new Map([
  ["missing", "That page is for people who are signed in."],
  ["idle", "You were away for too long, so your session has ended. Sign in again to go on."],
  ["absolute", "Your session has reached its longest allowed time and has ended. Sign in again to go on."],
  ["invalid", "Your session cookie could not be read, so it was set aside. Sign in again to go on."],
  [
    "revoked",
    "Your session is no longer in the store: it was ended elsewhere, or lost. Sign in again to go on.",
  ],
  ["store-down", "The store did not answer, so that was not done. Try again in a moment."],
  ["signed-out", "You are signed out. Nothing of the session is left."],
]);

type Props = { searchParams: Promise<{ reason?: string | string[]; next?: string | string[] }> };

export default needsStore(async function Login({ searchParams }: Props) {
  const { reason, next } = await searchParams;
  const notice = REASONS.get(String(reason));
  const session = await storeSessions.getSession();
  const user = findUser(session.data.userId);

  return (
    <div className="stack narrow">
      <h1>Sign in</h1>
      {notice && (
        <p className="notice" role="status" data-testid="reason" data-reason={reason}>
          {notice}
        </p>
      )}
      {user && (
        <form action={signOut} className={styles.current}>
          <p>
            You are signed in as <strong>{user.name}</strong>.
          </p>
          <button type="submit" className="button">
            Sign out
          </button>
        </form>
      )}
      <p>
        There are no passwords here, because this is a demo: choose who you want to be. Signing in gives the
        session a new id and then saves it.
      </p>
      <form action={signIn} className={styles.users}>
        <input type="hidden" name="next" value={safeNextPath(next)} />
        {USERS.map(({ id, name, role }) => (
          <button key={id} type="submit" name="user" value={id} className={styles.user}>
            <span className={styles.initial} aria-hidden="true">
              {name[0]}
            </span>
            <span>
              Sign in as <strong>{name}</strong>
              <br />
              <span className={styles.role}>{role}</span>
            </span>
          </button>
        ))}
      </form>
    </div>
  );
});
