"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { requireUser } from "../_lib/require-user";
import { withStore } from "../_lib/with-store";
import { storeSessions } from "../sessions";

/** The button that means all sessions but this one. No session has such an id: those have 43 characters. */
const OTHERS = "others";

export interface Ended {
  readonly count: number;
  readonly at: number;
}

/** Ends the session whose button was pressed, or all but this one, and says how many have ended. */
export async function endSessions(_previous: Ended | null, form: FormData): Promise<Ended | null> {
  return withStore(
    () => end(form.get("end")),
    () => {
      // The page once more, which says that the store is down and waits for it.
      refresh();
      return null;
    },
  );
}

async function end(pressed: unknown): Promise<Ended> {
  const { session, user } = await requireUser();
  if (pressed === session.id) {
    await session.delete();
    redirect("/login?reason=signed-out");
  }
  const count =
    pressed === OTHERS
      ? await storeSessions.revokeAll(user.id, { except: session.id })
      : await revokeOwn(user.id, pressed);
  // Next renders the page again by itself only if a cookie was set, and this sets none.
  refresh();
  return { count, at: Date.now() };
}

/** An id from a form is anybody's to write, and `revoke` ends whatever it is given: only what this user has counts. */
async function revokeOwn(userId: string, id: unknown): Promise<number> {
  const own = (await storeSessions.list(userId)).find((each) => each.id === id);
  return own && (await storeSessions.revoke(own.id)) ? 1 : 0;
}
