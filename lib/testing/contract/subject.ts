import type { NewRecord, SessionStore } from "../../stores/store.ts";

/** The methods that a store may lack. */
export type OptionalMethod = "lock" | "list" | "prune";

/** One thing that every store does. */
export interface ContractCase {
  readonly name: string;
  /** The optional methods that it is about: it is left out for a store without them. */
  readonly needs?: readonly OptionalMethod[];
  /** True where a store that removes expired records by itself cannot show it. */
  readonly needsExpired?: boolean;
  /** `store` has the methods that the case needs; of the others none may be called. */
  run(store: Required<SessionStore>): Promise<void>;
}

/** A store to test, with what belongs to it. */
export interface StoreUnderTest {
  readonly store: SessionStore;
  /** Opens the same data anew, as after a restart of the process; `store` has been closed by then. */
  restart?(): SessionStore | Promise<SessionStore>;
  /** What `secondProcess` is given to find the same data. Goes there as JSON. */
  readonly argument?: unknown;
  /** Removes the data. The store has been closed by then. */
  cleanup?(): void | Promise<void>;
}

/** Keys and subjects that have broken somebody's store. */
export const HOSTILE: readonly string[] = [
  "'",
  `"`,
  "a'; DROP TABLE sessions; --",
  "../../etc/passwd",
  "..",
  ".",
  "a/b",
  "a\\b",
  "nul\0a",
  "nul\0b",
  "nul",
  "new\nline",
  "%00",
  "*",
  "{a}",
  "__proto__",
  "constructor",
  "ключ 🔑",
  "e\u0301",
  "\u00e9",
  "K",
  "k",
  " k",
  "k".repeat(1024),
  `${"k".repeat(1023)}j`,
  "A".repeat(43),
  // The same 32 bytes to a lenient base64 decoder.
  `${"A".repeat(42)}B`,
];

/** Milliseconds. */
export const HOUR = 3_600_000;

/** A key as the library makes them: 32 bytes in base64url. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** A record that lives for another hour, by the real clock: some stores expire records by themselves. */
export function record(changes: Partial<NewRecord> = {}): NewRecord {
  const now = Date.now();
  return { value: '{"a":1}', createdAt: now, accessedAt: now, expiresAt: now + HOUR, ...changes };
}

/** Writes and gives the version. */
export async function put(store: SessionStore, key: string, changes?: Partial<NewRecord>): Promise<string> {
  const version = await store.set(key, record(changes));
  if (version === false) throw new Error("set() without a condition gave false; it must always write.");
  return version;
}

/** Resolves after so many milliseconds. */
export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
