import { ConfigError } from "../errors.ts";
import { holds } from "./condition.ts";
import { promised } from "./immediate.ts";
import { type Leases, LockQueue } from "./lock-queue.ts";
import type { NewRecord, SessionStore, SetCondition, StoredRecord } from "./store.ts";

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /**
   * Stores of one name share their records within the process; different names share nothing.
   *
   * @default "default"
   */
  readonly name?: string | undefined;
}

interface Shelf {
  readonly records: Map<string, StoredRecord>;
  /** Where the sweep goes on; a Map's iterator survives insertions and deletions. */
  sweep: MapIterator<[string, StoredRecord]>;
  writes: number;
  readonly leases: Map<string, { owner: string; until: number }>;
}

interface Shelves {
  readonly byName: Map<string, Shelf>;
  lastVersion: number;
}

const SWEEP_EVERY = 64;
// Four records looked at per write: the whole Map is seen every n/4 writes, so the dead are always a minority.
const SWEEP_BATCH = SWEEP_EVERY * 4;

/**
 * Keeps sessions in this process's memory: for development, tests and single-process servers that
 * may forget everybody at a restart.
 *
 * Records are shared by every copy of this module in the process, because Next.js evaluates it once
 * each for proxy, pages and handlers, and again at every hot reload. Other processes see nothing of
 * them, and no two machines agree. `close()` keeps the records: another copy may be using them.
 *
 * Expired records go in passing, a bounded batch every 64 writes, judged by the instants that the
 * writes themselves carry; nothing has to call `prune`. Records without expiry stay until deleted.
 * It uses no `node:` module and runs on the Edge runtime, where a process may be short-lived.
 *
 * @throws {ConfigError} when `name` is not a non-empty string, or an option is unknown.
 * @see Beaker `MemoryNamespaceManager`.
 * @example
 * const { getSession } = createSessions({ store: memoryStore() });
 */
export function memoryStore(options: MemoryStoreOptions = {}): SessionStore {
  const shelf = shelfFor(checkedName(options));
  const { records } = shelf;
  const locks = new LockQueue(memoryLeases(shelf), { alone: true });

  return {
    name: "memory",

    get: promised((key: string) => records.get(key)),

    set: promised((key: string, record: NewRecord, when?: SetCondition) => {
      if (!holds(records.get(key), when)) return false;
      const version = nextVersion();
      records.set(key, stored(record, version));
      if (++shelf.writes % SWEEP_EVERY === 0) sweep(shelf, record.accessedAt);
      return version;
    }),

    touch: promised((key: string, accessedAt: number, expiresAt: number | null) => {
      const record = records.get(key);
      if (record === undefined) return false;
      records.set(key, Object.freeze({ ...record, accessedAt, expiresAt }));
      return true;
    }),

    async delete(key) {
      return records.delete(key);
    },

    lock: (key, options) => locks.lock(key, options),

    async *list(subject) {
      for (const [key, record] of [...records]) {
        if (record.subject === subject) yield { ...record, key };
      }
    },

    async prune(before, limit) {
      let removed = 0;
      for (const [key, record] of records) {
        if (removed >= limit) break;
        if (expiredBefore(record, before) && records.delete(key)) removed++;
      }
      return removed;
    },

    async close() {},
  };
}

function checkedName(options: MemoryStoreOptions): string {
  const unknown = Object.keys(options).find((option) => option !== "name");
  if (unknown !== undefined) {
    throw new ConfigError(unknown, `memoryStore has no option "${unknown}". It knows: name.`);
  }
  const { name = "default" } = options;
  if (typeof name !== "string" || name === "") {
    throw new ConfigError("name", "memoryStore({ name }) must be a non-empty string.");
  }
  return name;
}

function shelves(): Shelves {
  const home = globalThis as { [key: symbol]: Shelves | undefined };
  const place = Symbol.for("next-beaker.memory");
  home[place] ??= { byName: new Map(), lastVersion: 0 };
  return home[place];
}

function shelfFor(name: string): Shelf {
  const { byName } = shelves();
  let shelf = byName.get(name);
  if (shelf === undefined) {
    const records = new Map<string, StoredRecord>();
    shelf = { records, sweep: records.entries(), writes: 0, leases: new Map() };
    byName.set(name, shelf);
  }
  return shelf;
}

function memoryLeases({ leases, records }: Shelf): Leases {
  const held = (key: string, owner: string) => leases.get(key)?.owner === owner;
  return {
    take: (key, owner, lease) => {
      const now = performance.now();
      const present = leases.get(key);
      if (present !== undefined && present.until >= now) return false;
      leases.set(key, { owner, until: now + lease });
      const record = records.get(key);
      if (record !== undefined) records.set(key, Object.freeze({ ...record, version: nextVersion() }));
      return true;
    },
    extend: (key, owner, lease) => {
      if (!held(key, owner)) return false;
      leases.set(key, { owner, until: performance.now() + lease });
      return true;
    },
    drop: (key, owner) => {
      if (held(key, owner)) leases.delete(key);
    },
  };
}

/** One counter for the process, so that a key deleted and made again never sees an old version. */
function nextVersion(): string {
  const all = shelves();
  // Not at 0: a version kept from before a restart must not fit a record made after it.
  // The start is drawn at the first write, as Next forbids randomness while it prerenders.
  if (all.lastVersion === 0) {
    const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
    all.lastVersion = (high & 0xfffff) * 2 ** 32 + low;
  }
  all.lastVersion++;
  return String(all.lastVersion);
}

function stored(record: NewRecord, version: string): StoredRecord {
  const { value, createdAt, accessedAt, expiresAt, subject } = record;
  return Object.freeze({ value, createdAt, accessedAt, expiresAt, subject, version });
}

function expiredBefore(record: StoredRecord, before: number): boolean {
  return record.expiresAt !== null && record.expiresAt < before;
}

function sweep(shelf: Shelf, now: number): void {
  for (let looked = 0; looked < SWEEP_BATCH; looked++) {
    const next = shelf.sweep.next();
    if (next.done) {
      shelf.sweep = shelf.records.entries();
      return;
    }
    const [key, record] = next.value;
    if (expiredBefore(record, now)) shelf.records.delete(key);
  }
}
