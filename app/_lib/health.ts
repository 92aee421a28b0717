import type { SessionError } from "next-beaker";
import { engine, store } from "../sessions";
import { placeOf } from "./place";

/** Where the store-backed sessions rest, as the page may show it. */
export interface EnginePlace {
  readonly engine: string;
  /** A file of this machine, and no server. */
  readonly embedded: boolean;
  readonly place: string;
}

/** What a question to the store has shown a moment ago. */
export type Health =
  | (EnginePlace & { readonly ok: true; readonly milliseconds: number })
  | (EnginePlace & { readonly ok: false; readonly code: string });

const UNAVAILABLE = "ERR_STORE_UNAVAILABLE" satisfies SessionError["code"];

/** Milliseconds. A store that takes longer counts as one that does not answer: the library's own limit. */
const PATIENCE = 2000;

export function enginePlace(): EnginePlace {
  const address = process.env.SESSION_STORE;
  if (!address) return { engine: "SQLite, embedded", embedded: true, place: ".data/sessions.db" };
  const { engine, shown } = placeOf(address);
  return { engine, embedded: false, place: shown };
}

/** Asks for a record that nobody has: one round trip on every engine, which changes nothing. */
export async function storeHealth(): Promise<Health> {
  const started = performance.now();
  try {
    await inTime(store.get("health"));
    return { ...enginePlace(), ok: true, milliseconds: performance.now() - started };
  } catch (error) {
    const { cause, code } = error as { cause?: unknown; code?: string };
    return { ...enginePlace(), ok: false, code: codeOf(cause) ?? engine?.trouble() ?? code ?? "unknown" };
  }
}

/** `unreachable (ECONNREFUSED)`: a file can be reached, and still not be read. */
export function troubleOf({ embedded, code }: Extract<Health, { ok: false }>): string {
  return `${embedded ? "cannot be used" : "unreachable"} (${code})`;
}

/**
 * Whether this is the store not answering, and not a fault of the page. By its code: the store is shared by all that
 * Next has bundled apart, and each bundle has classes of its own.
 */
export function isStoreDown(error: unknown): error is Error & { code: typeof UNAVAILABLE } {
  return error instanceof Error && "code" in error && error.code === UNAVAILABLE;
}

/**
 * For the server's log, since the page says no more than a code. Only the sentence: the objects behind it hold the
 * arguments of commands, and with those a password.
 */
export function logStoreDown({ message, cause }: Error): void {
  console.error(`[${codeOf(cause) ?? engine?.trouble() ?? "no code"}] ${message}`);
}

async function inTime(question: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { code: "ETIMEDOUT" })), PATIENCE);
  });
  await Promise.race([question, late]).finally(() => clearTimeout(timer));
}

/** The engine's own code, which is the innermost: `ECONNREFUSED`, `57P03`. Never a message: it may name a user. */
function codeOf(error: unknown): string | undefined {
  const { cause, code } = (error ?? {}) as { cause?: unknown; code?: unknown };
  return cause === undefined ? (typeof code === "string" ? code : undefined) : codeOf(cause);
}
