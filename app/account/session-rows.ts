import { duration } from "../_lib/format";
import type { DemoSession } from "../_lib/look";
import { storeSessions } from "../sessions";

/** One session as the account page shows it. */
export interface SessionRow {
  readonly id: string;
  readonly device: string;
  readonly isThisOne: boolean;
  /** Epoch milliseconds of the sign-in. */
  readonly since: number;
  readonly lastSeen: string;
  readonly ends: string;
}

/** The user's sessions: this one first, then those that were used last. */
export async function sessionRows(session: DemoSession, userId: string): Promise<SessionRow[]> {
  const now = Date.now();
  const { absoluteTimeout } = storeSessions.describePolicy();
  const ending = (created: number, expiresAt: number | null) => {
    if (expiresAt === null) return "never";
    const isLongest = absoluteTimeout !== null && created + absoluteTimeout * 1000 <= expiresAt;
    return `in ${duration((expiresAt - now) / 1000)}, ${isLongest ? "used or not" : "if it is not used"}`;
  };
  const others = (await storeSessions.list(userId)).filter(({ id }) => id !== session.id);
  others.sort((a, b) => b.lastAccessed - a.lastAccessed);
  return [
    {
      id: session.id,
      device: session.data.device ?? "This browser",
      isThisOne: true,
      since: (session.data.signedInAt ?? new Date(session.created)).getTime(),
      lastSeen: "now",
      ends: ending(session.created, session.expiresAt),
    },
    ...others.map(({ id, data, created, since, lastAccessed, expiresAt }) => ({
      id,
      device: data.device ?? "A browser",
      isThisOne: false,
      since,
      lastSeen: now - lastAccessed < 1000 ? "just now" : `${duration((now - lastAccessed) / 1000)} ago`,
      ends: ending(created, expiresAt),
    })),
  ];
}
