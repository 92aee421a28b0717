import { holds } from "./condition.ts";
import type { SessionStore } from "./store.ts";
import { Items, nameOf, storedOf } from "./unstorage/items.ts";
import { checkedOptions, type ItemStorage, type UnstorageStoreOptions } from "./unstorage/options.ts";
import { prune } from "./unstorage/prune.ts";
import { inTurn } from "./unstorage/turns.ts";

export type { ItemDriver, ItemStorage, UnstorageStoreOptions } from "./unstorage/options.ts";

/**
 * Keeps sessions in whatever unstorage has a driver for: the bridge to some thirty back ends, and the last choice.
 * Where there is a store of our own for an engine, take that one.
 *
 * unstorage's drivers can get, set and remove an item, and nothing else. So this store says less than the others:
 *
 * - **Compare-and-set holds within one process**, which does one thing at a time to a session. Among several processes
 *   the later write wins whole: if two save the same session, or one saves while the other moves its clock, within the
 *   same few milliseconds, one of the two changes is lost. `capabilities.compareAndSet` is `"process"`.
 * - **What was ended stays ended**, also among processes, as long as a driver shows each write to the reads that begin
 *   after it. A deletion leaves a mark for ten minutes, and whoever wrote over the record looks for it and undoes its
 *   write. For an instant the record can be seen again, and a process that is killed in that instant leaves it there.
 * - **No locks and no list.** `createSessions` refuses `subject`, `maxPerSubject` and `rotateEvery`; `session.lock()`
 *   and `session.update()` reject with `NotSupportedError`.
 * - Drivers that are consistent only after a while (Cloudflare KV, Netlify Blobs, Vercel Blob) give back what was
 *   stored earlier for up to a minute: a sign-in, and a sign-out, may take that long to be known everywhere.
 *
 * One read is one `getItem`. A save or a touch is three calls, a new session two, a deletion three. Each item is
 * given a `ttl` a minute longer than the record; for drivers that ignore it there is `prune`. The driver `fs` writes in
 * place: a reader waits for the rest of an item, and a process that is killed while it writes loses that one session.
 *
 * The storage stays yours: closing sessions does not dispose of it. It has no `node:` module in it, so it runs
 * wherever its driver does.
 *
 * @throws {ConfigError} when an option is unknown or out of range, or the driver can only read.
 * @example
 * import { unstorageStore } from "next-beaker/stores/unstorage";
 * import { createStorage } from "unstorage";
 * import mongodb from "unstorage/drivers/mongodb";
 *
 * const storage = createStorage({ driver: mongodb({ connectionString, databaseName: "app" }) });
 * const { getSession } = createSessions({ store: unstorageStore(storage, { prune: true }) });
 */
export function unstorageStore(storage: ItemStorage, options: UnstorageStoreOptions = {}): SessionStore {
  const checked = checkedOptions(storage, options);
  const items = new Items(storage, checked.base);

  async function alone<T>(key: string, work: (name: string) => Promise<T>): Promise<T> {
    const name = await nameOf(key);
    return inTurn(name, () => work(name));
  }

  return {
    name: "unstorage",
    capabilities: { compareAndSet: "process" },

    async get(key) {
      const record = await items.record(await nameOf(key));
      return record && storedOf(record);
    },

    set: (key, record, when) =>
      alone(key, async (name) => {
        const present = await items.record(name);
        if (!holds(present, when)) return false;
        const version = crypto.randomUUID();
        await items.write(name, record, version, present?.incarnation ?? crypto.randomUUID());
        const undone = present !== undefined && (await items.endedMeanwhile(name, present));
        return undone && when !== undefined ? false : version;
      }),

    touch: (key, accessedAt, expiresAt) =>
      alone(key, async (name) => {
        const present = await items.record(name);
        if (present === undefined) return false;
        const { version, incarnation } = present;
        await items.write(name, { ...present, accessedAt, expiresAt }, version, incarnation);
        return !(await items.endedMeanwhile(name, present));
      }),

    delete: (key) =>
      alone(key, async (name) => {
        const present = await items.record(name);
        if (present) await items.end(name, present);
        // Nothing that can be read may still be something: half an item.
        else await items.removeRecord(name);
        return present !== undefined;
      }),

    ...(checked.prune && { prune: (before: number, limit: number) => prune(items, before, limit) }),
  };
}
