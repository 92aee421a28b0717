import type { NewRecord, SessionStore } from "../../stores/store.ts";

/** One thing that every store does. */
export interface ContractCase {
  readonly name: string;
  /** True where a store that removes expired records by itself cannot show it. */
  readonly needsExpired?: boolean;
  run(store: SessionStore): Promise<void>;
}

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
