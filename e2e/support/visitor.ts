import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type BrowserContext, expect, type Locator, type Page, type Response } from "@playwright/test";
import { createSessions, type Sessions } from "next-beaker";
import { sqliteStore } from "next-beaker/stores/sqlite";
import { SECRET } from "./build.ts";
import type { Server } from "./server.ts";

export type Kind = "store" | "cookie";
export const KINDS: readonly Kind[] = ["store", "cookie"];

/** What the fixtures' cookies are called, and what else they are: see fixtures/sessions/app/sessions.ts. */
export const COOKIES = { store: "__Host-beaker.session.id", cookie: "fixture.cookie" } as const;

/** As fixtures/sessions/app/look.ts reports it. */
export interface Sight {
  readonly tag: string;
  readonly id: string;
  readonly isNew: boolean;
  readonly data: Record<string, unknown>;
  readonly created: number;
  readonly lastAccessed: number | null;
  readonly cookieBefore: string;
  readonly cookie: string;
}

/** With Cache Components, Next keeps the page that was left in the document, hidden. */
export function shown(page: Page, where: string): Locator {
  return page.getByTestId(where).filter({ visible: true });
}

/** What a page shows of the session where `where` says. */
export async function sightIn(page: Page, where: "layout" | "component" | "action"): Promise<Sight> {
  return JSON.parse((await shown(page, where).textContent()) ?? "");
}

/** The page as a route handler answers it. */
export async function sightInBody(page: Page): Promise<Sight> {
  return JSON.parse((await page.locator("body").textContent()) ?? "");
}

/** The fingerprint that the fixtures give a cookie's value. */
export function fingerprint(value: string | undefined): string {
  return value ? createHash("sha256").update(value).digest("hex").slice(0, 16) : "none";
}

/** The values that a response sets the kind's cookie to, in their order. */
export async function cookiesSetBy(response: Response | null, kind: Kind): Promise<string[]> {
  const headers = (await response?.headersArray()) ?? [];
  return headers
    .filter(({ name }) => name.toLowerCase() === "set-cookie")
    .flatMap(({ value }) => value.split("\n"))
    .filter((line) => line.startsWith(`${COOKIES[kind]}=`))
    .map((line) => line.slice(COOKIES[kind].length + 1).split(";", 1)[0] ?? "");
}

/** What the browser has of the kind's cookie. */
export async function cookieOf(context: BrowserContext, kind: Kind): Promise<string | undefined> {
  return (await context.cookies()).find(({ name }) => name === COOKIES[kind])?.value;
}

/** How many records the app's store holds. */
export function recordCount(server: Server): number {
  // The demo keeps its data in `.data` of where it is started.
  const folder = server.name === "demo" ? join(server.dataDir, ".data") : server.dataDir;
  using database = new DatabaseSync(join(folder, "sessions.db"), { readOnly: true });
  return Number(database.prepare("SELECT count(*) AS n FROM sessions").get()?.["n"]);
}

interface Age {
  /** Seconds since its last access. */
  readonly idle: number;
  /** Seconds since it began, if that is longer ago. */
  readonly created?: number;
}

/**
 * Gives the browser a session that was last used a while ago: what time does to a session is tested without waiting.
 * Made by the library itself on the app's own database, with its own secret and a clock that is late.
 */
export async function plant(
  server: Server,
  context: BrowserContext,
  kind: Kind,
  { idle, created = idle }: Age,
  data: Record<string, unknown> = {},
): Promise<{ id: string; value: string }> {
  let late = created;
  const sessions = sessionsOf(server, kind, () => Date.now() - late * 1000);
  const jar = new Map<string, string>();
  const cookies = {
    get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) ?? "" } : undefined),
    set: (name: string, value: string) => jar.set(name, value),
  };
  const session = await sessions.getSession(cookies);
  Object.assign(session.data, data);
  await session.save();
  late = idle;
  await session.save({ accessedOnly: true });
  await sessions.close();
  const value = jar.get(COOKIES[kind]) ?? "";
  await context.addCookies([cookieFor(kind, value)]);
  return { id: session.id, value };
}

/** The kind's cookie as the browser would have it from the app. */
export function cookieFor(kind: Kind, value: string) {
  return { name: COOKIES[kind], value, url: "https://localhost/", secure: true, httpOnly: true };
}

/** When the store last saw the session used, epoch milliseconds. Looking does not count as using. */
export async function accessInStore(server: Server, id: string): Promise<number | null | undefined> {
  const sessions = sessionsOf(server, "store", Date.now);
  const session = await sessions.getById(id);
  await sessions.close();
  return session?.lastAccessed;
}

function sessionsOf(server: Server, kind: Kind, clock: () => number): Sessions<Record<string, unknown>> {
  const common = { secret: SECRET, secure: true as const, clock, key: COOKIES[kind] };
  return kind === "cookie"
    ? createSessions({ ...common, type: "cookie" })
    : createSessions({ ...common, store: sqliteStore({ path: join(server.dataDir, "sessions.db") }) });
}

/** Fills the fixture's form in and sends it off; gives the answer to the post. */
export async function act(page: Page, operation: string, note?: string): Promise<Response> {
  if (note !== undefined) await page.getByLabel("Note").fill(note);
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "POST"),
    page.getByRole("button", { name: operation, exact: true }).click(),
  ]);
  return response;
}

/** Waits until the page shows this action's own report, and not the one of an action before. */
export async function reportOf(page: Page): Promise<Sight> {
  await expect(shown(page, "action")).not.toHaveText("null");
  return sightIn(page, "action");
}
