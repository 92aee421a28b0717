import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { cookies } from "next/headers";
import type { CookieStore, Session } from "next-beaker";
import { type DemoData, store, storeSessions } from "../sessions";
import { type Kind, sessionsOf } from "./kinds";

export type DemoSession = Session<DemoData>;

/** Data as lines to compare and to show: what `console.log` would print for each key. */
export type Printed = Record<string, string>;

/** Everything that can be seen of a session at one moment, from outside the library as well as through it. */
export interface Sight {
  readonly id: string;
  readonly data: Printed;
  /** What a request with the cookies of this moment would find in its session. */
  readonly next: Printed;
  /** A fingerprint, because the value itself is the key to the session and has no business on a page. */
  readonly cookie: { readonly fingerprint: string; readonly bytes: number } | undefined;
  readonly records: ReadonlyMap<string, RecordSight | undefined>;
}

export interface RecordSight {
  /** Whether it still is a session, and not only the mark that one has ended. */
  readonly alive: boolean;
  readonly bytes: number;
  readonly version: string;
  readonly accessedAt: number;
}

export async function look(kind: Kind, session: DemoSession, ids = [session.id]): Promise<Sight> {
  return {
    id: session.id,
    data: print(session.data),
    next: await readAsNextRequest(kind),
    cookie: await lookAtCookie(kind),
    records: new Map(await Promise.all(ids.map(async (id) => [id, await lookAtRecord(kind, id)] as const))),
  };
}

export function print(data: object): Printed {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      inspect(value, { breakLength: Infinity, maxStringLength: 60 }),
    ]),
  );
}

/** Name and value count against the browser's 4096 bytes; the attributes do not. */
export async function lookAtCookie(kind: Kind): Promise<Sight["cookie"]> {
  const { name } = sessionsOf(kind).describePolicy().cookie;
  // A cookie that was just expired reads as an empty one for the rest of the request.
  const value = (await cookies()).get(name)?.value;
  if (!value) return undefined;
  return {
    fingerprint: createHash("sha256").update(value).digest("hex").slice(0, 6),
    bytes: Buffer.byteLength(name) + Buffer.byteLength(value),
  };
}

async function lookAtRecord(kind: Kind, id: string): Promise<RecordSight | undefined> {
  if (kind === "cookie") return undefined;
  const record = await store.get(id);
  return (
    record && {
      alive: (await storeSessions.getById(id)) !== null,
      bytes: Buffer.byteLength(record.value),
      version: record.version,
      accessedAt: record.accessedAt,
    }
  );
}

/** The cookies of this moment, to open a session from once more: a jar of our own is a request of its own. */
export async function copyCookies(): Promise<CookieStore> {
  const now = new Map((await cookies()).getAll().map((cookie) => [cookie.name, cookie]));
  return { get: (name) => now.get(name), getAll: () => [...now.values()], set: () => {} };
}

/**
 * Opens the session once more, from a copy of the cookies. What it finds is what has been kept; what
 * `getSession()` gives may hold changes of this request that were not.
 */
export async function readAsNextRequest(kind: Kind): Promise<Printed> {
  const session = await sessionsOf(kind).getSession(await copyCookies());
  return print(session.data);
}

/** Whether somebody who has copied the cookies comes in with them now. */
export async function opens(kind: Kind, copy: CookieStore): Promise<boolean> {
  return !(await sessionsOf(kind).getSession(copy)).isNew;
}
