import { createSessions, type SessionOptions } from "next-beaker";
import { sqliteStore } from "next-beaker/stores/sqlite";

/** What this site remembers of a visitor. Everything is optional: a session starts empty. */
export interface DemoData {
  userId: string;
  signedInAt: Date;
  /** What the account page calls the browser that signed in. */
  device: string;
  name: string;
  colour: string;
  likes: Set<string>;
  day: Date;
  note: string;
}

/**
 * The engine that SESSION_STORE names, if it names one. The Edge runtime can reach none: the middleware there checks
 * the cookie's signed stamps, and Next leaves the clients out of its bundle.
 */
export const engine =
  process.env.NEXT_RUNTIME !== "edge" && process.env.SESSION_STORE
    ? await (await import("./_lib/engine")).engineAt(process.env.SESSION_STORE)
    : undefined;

/** Where the records of store-backed sessions rest. Exported because the inspector looks into it. */
export const store = engine?.store ?? sqliteStore({ path: ".data/sessions.db" });

const timeout = seconds(process.env.SESSION_TIMEOUT, 15 * 60);

/** What all sessions of this site have in common, those of the race as well. */
export const common = {
  // Left out when unset, so that the library can say what to do about a missing secret.
  ...(process.env.SESSION_SECRET ? { secret: process.env.SESSION_SECRET } : {}),
  // Plain http (a phone on the LAN, Safari on localhost) drops Secure cookies: whoever serves the demo says so.
  ...(process.env.SESSION_SECURE ? { secure: process.env.SESSION_SECURE !== "false" } : {}),
};

const shared = {
  ...common,
  timeout,
  absoluteTimeout: seconds(process.env.SESSION_ABSOLUTE_TIMEOUT, 8 * 60 * 60),
  // Reading writes the access time more often than by default (a minute), so that the clocks visibly move.
  touchInterval: Math.min(5, timeout / 10),
} satisfies SessionOptions<DemoData>;

/** The data rests on the server; the cookie carries a token. Signing in uses this one. */
export const storeSessions = createSessions<DemoData>({
  ...shared,
  store,
  key: "demo.store",
  // Whose session it is: what the account page lists, and ends.
  subject: (data) => data.userId,
});

/** The data travels in the cookie itself, encrypted; the server keeps nothing. */
export const cookieSessions = createSessions<DemoData>({ ...shared, type: "cookie", key: "demo.cookie" });

function seconds(value: string | undefined, fallback: number): number {
  return value ? Number(value) : fallback;
}
