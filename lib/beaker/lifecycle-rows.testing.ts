/** The rows of the request lifecycle, for beaker.lifecycle.test.ts. */
import type { Extra, Values } from "../session/kinds.testing.ts";
import type { Session } from "../session/session.ts";
import type { SessionObject } from "../session/session-object.ts";
import type { Written } from "./table.testing.ts";

/** One row of the lifecycle: a request through the lazy proxy, ended by `persist()`. */
export interface Row {
  /** As in Beaker's middleware. */
  readonly request: string;
  readonly options?: Extra;
  /** A session that exists already, and how long ago it was used. */
  readonly existing?: { secondsAgo: number };
  readonly work: (session: Session, object: SessionObject) => unknown;
  /** Calls of the store that write, and what becomes of the cookie; a cookie session has the latter alone. */
  readonly store: string[];
  readonly cookie: Written["cookie"];
  readonly inCookie: Written["cookie"];
  /** What the next request finds. */
  readonly next: Values;
}

/** Touched every minute at most. */
export const TIMEOUT: Extra = { timeout: 3600 };
export const now: Row["existing"] & object = { secondsAgo: 1 };
export const longAgo: Row["existing"] & object = { secondsAgo: 600 };
const change = (session: Session) => {
  session.data["a"] = 2;
};
export const changeAndSave = (session: Session, object: SessionObject): void => {
  change(session);
  object.save();
};
const nothing = { store: [], cookie: [], inCookie: [] };

/** beaker.md, section 3, with what happens here; what Beaker did otherwise stands above a row. */
export const rows: readonly Row[] = [
  { request: "new, read", work: (s) => s.data["a"], ...nothing, next: {} },
  { request: "new, modified, no save", work: change, ...nothing, next: {} },
  {
    request: "new + save",
    work: changeAndSave,
    store: ["set absent"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 2 },
  },
  // Beaker: a record and a cookie for every visitor.
  { request: "new + read, auto", options: { auto: true }, work: (s) => s.data["a"], ...nothing, next: {} },
  {
    request: "new + modified, auto",
    options: { auto: true },
    work: change,
    store: ["set absent"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 2 },
  },
  // Beaker: the snapshot rewritten; in a cookie, Set-Cookie at every request.
  {
    request: "existing, read only, just used",
    existing: now,
    work: (s) => s.data["a"],
    ...nothing,
    next: { a: 1 },
  },
  {
    request: "existing, read only, past touchInterval",
    existing: longAgo,
    work: (s) => s.data["a"],
    store: ["touch"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 1 },
  },
  {
    request: "existing, read only, save_accessed_time=False",
    options: { timeout: null, saveAccessedTime: false },
    existing: longAgo,
    work: (s) => s.data["a"],
    ...nothing,
    next: { a: 1 },
  },
  { request: "existing, modified, no save", existing: now, work: change, ...nothing, next: { a: 1 } },
  {
    request: "existing, modified, no save, past touchInterval",
    existing: longAgo,
    work: change,
    store: ["touch"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 1 },
  },
  {
    request: "existing + save",
    existing: now,
    work: changeAndSave,
    store: ["set version"],
    cookie: [],
    inCookie: ["set"],
    next: { a: 2 },
  },
  {
    request: "existing + save, nothing changed",
    existing: now,
    work: (_, o) => o.save(),
    store: ["touch"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 1 },
  },
  // Beaker: sent and not stored, or stored and the old one sent.
  {
    request: "existing, domain/path set, no save",
    existing: now,
    work: (s) => {
      s.domain = "example.com";
      s.path = "/app";
    },
    ...nothing,
    next: { a: 1 },
  },
  {
    request: "existing, domain/path set + save",
    existing: now,
    work: (s, o) => {
      s.domain = "example.com";
      s.path = "/app";
      o.save();
    },
    store: ["set version"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 1 },
  },
  // Beaker: a stub, under the old id.
  {
    request: "delete",
    existing: now,
    work: (s) => s.delete(),
    store: ["set version", "delete"],
    cookie: ["expired"],
    inCookie: ["expired"],
    next: {},
  },
  // Beaker: a cookie for an id without a record; in a cookie, the old data restored.
  {
    request: "invalidate, no save",
    existing: now,
    work: (s) => s.invalidate(),
    store: ["set version", "delete"],
    cookie: ["expired"],
    inCookie: ["expired"],
    next: {},
  },
  {
    request: "invalidate + save",
    existing: now,
    work: async (s, o) => {
      await s.invalidate();
      change(s);
      o.save();
    },
    store: ["set version", "delete", "set absent"],
    cookie: ["expired", "set"],
    inCookie: ["expired", "set"],
    next: { a: 2 },
  },
  {
    request: "regenerate_id, no save",
    existing: now,
    work: (s) => s.regenerate(),
    store: ["set absent", "set version"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 1 },
  },
  {
    request: "regenerate_id + save",
    existing: now,
    work: async (s, o) => {
      await s.regenerate();
      change(s);
      o.save();
    },
    store: ["set absent", "set version", "set version"],
    cookie: ["set"],
    inCookie: ["set", "set"],
    next: { a: 2 },
  },
  // Beaker: the record remains, and a new cookie goes out unasked.
  {
    request: "expired, read",
    existing: { secondsAgo: 7200 },
    work: (s) => s.data["a"],
    store: ["delete"],
    cookie: [],
    inCookie: [],
    next: {},
  },
  {
    request: "expired + save",
    existing: { secondsAgo: 7200 },
    work: changeAndSave,
    store: ["delete", "set absent"],
    cookie: ["set"],
    inCookie: ["set"],
    next: { a: 2 },
  },
];
