import { path } from "./file/builtins.ts";
import { explained } from "./file/failure.ts";
import { Layout } from "./file/layout.ts";
import { fileLeases } from "./file/leases.ts";
import { checkedOptions, type FileStoreOptions } from "./file/options.ts";
import { type Cursor, prune } from "./file/prune.ts";
import { readRecord } from "./file/read.ts";
import { entriesOf } from "./file/subjects.ts";
import { deleteRecord, touchRecord, writeRecord } from "./file/write.ts";
import { LockQueue } from "./lock-queue.ts";
import type { SessionStore, StoredRecord } from "./store.ts";

export type { FileStoreOptions } from "./file/options.ts";

/**
 * Keeps sessions in files, one each: durable, nothing to install, many processes on one machine, and readable with
 * `cat`. Where there are more than some ten thousand sessions, or many writes, take `sqliteStore`: its saves are ten
 * and more times faster, because each save here waits for the disk twice.
 *
 * A save is on the disk (written, flushed, renamed, flushed) before it resolves, after a millisecond or three; a crash
 * or a full disk leaves the session as it was before or as it is after. Removing sessions needs no room on the disk.
 * Readers never wait and never see half of a save. Files have mode 0600, directories 0700, and names that are hashes.
 * `dir` is made at the first write; one that is deleted while the server runs is an empty store.
 *
 * A read or a touch holds the event loop for some 20 µs, anything else not at all. A file that is damaged is given as
 * a record that cannot be decoded, so that `invalidateCorrupt` decides what becomes of that one session. Expired
 * sessions, and what crashed writers left behind, go with `prune`. Do not put `dir` on a network file system.
 *
 * Each method rejects with `StoreUnavailableError` (the cause kept) while the directory cannot be used, and with
 * `NotSupportedError` on a runtime without files.
 *
 * @throws {ConfigError} when an option is unknown or out of range.
 * @see Beaker `type=file` (`FileNamespaceManager`).
 * @example
 * import { fileStore } from "next-beaker/stores/file";
 * const { getSession } = createSessions({ store: fileStore({ dir: ".data/sessions" }) });
 */
export function fileStore(options: FileStoreOptions): SessionStore {
  const { dir: given } = checkedOptions(options);
  const cursor: Cursor = { folder: 0 };
  let closings = 0;
  let layout: Layout | undefined;

  // At first use, since making a store must work on a runtime that has no paths.
  const place = () => {
    layout ??= new Layout(path().resolve(given));
    return layout;
  };
  const use = async <T>(work: (layout: Layout) => Promise<T>): Promise<T> =>
    explained(place().dir, () => work(place()));
  const locks = new LockQueue(fileLeases(place));

  return {
    name: "file",

    get: (key) => use(async (layout) => bare(await readRecord(layout.of(key).record))),

    set: (key, record, when) => use((layout) => writeRecord(layout, key, record, when)),

    touch: (key, accessedAt, expiresAt) =>
      use(async (layout) => touchRecord(layout, key, accessedAt, expiresAt)),

    delete: (key) => use((layout) => deleteRecord(layout, key)),

    async lock(key, options) {
      const lock = await use(() => locks.lock(key, options));
      return { renew: () => use(() => lock.renew()), release: () => use(() => lock.release()) };
    },

    async *list(subject) {
      const entries = entriesOf(place(), subject);
      for (;;) {
        const { done, value } = await use(() => entries.next());
        if (done) return;
        yield value;
      }
    },

    prune(before, limit) {
      const opened = closings;
      return use((layout) => prune(layout, cursor, before, limit, () => closings > opened));
    },

    async close() {
      closings++;
    },
  };
}

function bare(record: StoredRecord | undefined): StoredRecord | undefined {
  if (record === undefined) return undefined;
  const { value, createdAt, accessedAt, expiresAt, subject, version } = record;
  return { value, createdAt, accessedAt, expiresAt, subject, version };
}
