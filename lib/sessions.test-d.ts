/** What must not compile, checked by `tsc -p lib`. Nothing here is ever run. */
import type { StandardSchema } from "./options/standard-schema.ts";
import { createSessions } from "./sessions.ts";
import type { SessionStore } from "./stores/store.ts";

declare const store: SessionStore;
declare const secret: string;

interface App {
  userId?: string;
  cart?: string[];
}

export async function data(): Promise<void> {
  const { getSession } = createSessions<App>({ secret, store });
  const session = await getSession();
  session.data.userId = "42";
  session.data.cart?.push("apple");
  const id: string | undefined = session.data.userId;
  // @ts-expect-error: a number is no userId.
  session.data.userId = 42;
  // @ts-expect-error: no such key.
  session.data.user = id;
  // @ts-expect-error: the cart may be missing.
  session.data.cart.push("apple");
  // @ts-expect-error: the object stays the session's own.
  session.data = {};
  // @ts-expect-error: ids are given, not chosen.
  session.id = "mine";
  // @ts-expect-error: read-only.
  session.created = 0;
  // @ts-expect-error: read-only.
  session.isNew = false;
  // @ts-expect-error: no such way to settle a conflict.
  await session.save({ onConflict: "merge" });
  // @ts-expect-error: Beaker's spelling.
  await session.save({ accessed_only: true });
  session.timeout = null;
  session.cookieExpires = new Date();
  // @ts-expect-error: seconds are a number.
  session.timeout = "60";
}

export function kinds(): void {
  createSessions({ secret });
  createSessions({ secret, type: "cookie" });
  createSessions({ secret, type: "sqlite", dataDir: ".data" });
  createSessions({ secret, store });
  // @ts-expect-error: a store is a kind already.
  createSessions({ secret, store, type: "memory" });
  // @ts-expect-error: a store knows its own place.
  createSessions({ secret, store, dataDir: ".data" });
  // @ts-expect-error: no such kind.
  createSessions({ secret, type: "ext:redis" });
  // @ts-expect-error: no store at all.
  createSessions({ secret, store: {} });
}

export function keys(): void {
  createSessions({});
  createSessions({ secret: [secret, secret] });
  createSessions({ validateKey: secret, encryptKey: secret });
  createSessions({ secret, encryptKey: secret, store });
  // @ts-expect-error: one secret for everything, or Beaker's pair.
  createSessions({ secret, validateKey: secret });
  // @ts-expect-error: a secret is text.
  createSessions({ secret: 5 });
}

export function cookies(): void {
  createSessions({ secret, sameSite: "none", secure: true });
  createSessions({ secret, partitioned: true, secure: true });
  createSessions({ secret, sameSite: "strict", secure: false });
  // @ts-expect-error: browsers refuse SameSite=None without Secure.
  createSessions({ secret, sameSite: "none" });
  // @ts-expect-error: browsers refuse SameSite=None without Secure.
  createSessions({ secret, sameSite: "none", secure: false });
  // @ts-expect-error: browsers refuse Partitioned without Secure.
  createSessions({ secret, partitioned: true });
  // @ts-expect-error: lower case.
  createSessions({ secret, sameSite: "Lax" });
  // @ts-expect-error: at most four.
  createSessions({ secret, cookieChunks: 5 });
  // @ts-expect-error: seconds, a Date, true or false.
  createSessions({ secret, cookieExpires: "1d" });
}

export function unknown(): void {
  // @ts-expect-error: Python's spelling.
  createSessions({ secret, save_accessed_time: true });
  // @ts-expect-error: misspelt.
  createSessions({ secret, tiemout: 5 });
  // @ts-expect-error: a word that is none of the two.
  createSessions({ secret, onStoreError: "ignore" });
  // @ts-expect-error: today's shape is App, and a promise of it is not it.
  createSessions<App>({ secret, version: 1, migrate: async (old) => old as App });
  // @ts-expect-error: userId is text.
  createSessions<App>({ secret, version: 1, migrate: () => ({ userId: 5 }) });
}

export async function carriers(): Promise<void> {
  const { getSession } = createSessions<App>({ secret });
  await getSession(new Request("https://example.com/"), new Response());
  await getSession(new Request("https://example.com/"), new Headers());
  // @ts-expect-error: where would the cookie go?
  await getSession(new Request("https://example.com/"));
  // @ts-expect-error: carries no cookies.
  await getSession("cookie=1");
}

declare const partial: StandardSchema<{ userId?: string | undefined; cart?: string[] | undefined }>;
declare const unset: string | undefined;

export async function schemas(): Promise<void> {
  // It says what the data is …
  const { getSession } = createSessions({ secret, schema: partial });
  const { data } = await getSession();
  data.userId = "42";
  data.cart?.push("apple");
  // @ts-expect-error: a number is no userId.
  data.userId = 42;
  // … or has to fit it. Zod's `.partial()` of a shape whose keys are all there does.
  createSessions<{ userId: string; cart: string[] }>({ secret, schema: partial });
  createSessions<App>({ secret, schema: partial });
  // @ts-expect-error: a text is no number.
  createSessions<{ userId: number }>({ secret, schema: partial });
}

export function variables(): void {
  createSessions({ secret: unset, key: unset, cookieDomain: unset, timeout: undefined });
  // @ts-expect-error: a variable that is missing must not turn encryption off.
  createSessions({ secret, encryptKey: unset });
}
