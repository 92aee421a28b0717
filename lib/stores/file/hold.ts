import { StoreUnavailableError } from "../../errors.ts";
import { fs, path } from "./builtins.ts";
import { codeOf, isAbsent, unless } from "./failure.ts";
import type { Layout, Place } from "./layout.ts";
import { type Draft, discard, makeFolder, type Staged, stage } from "./staging.ts";
import { inTurn } from "./turns.ts";

/** Milliseconds that the same holder may be seen before its hold is taken from it. */
const PATIENCE = 1000;
const ATTEMPTS = 10;

/** The right to change the files of one session, until the end of the function that it was given to. */
export interface Hold {
  /** Puts the draft in the place of `target`. */
  install(target: string): Promise<void>;
  /** Removes `target`. False when there is none. */
  remove(target: string): Promise<boolean>;
}

/** Somebody took the hold for dead: nothing was changed, begin again. */
class Broken extends Error {}

/**
 * Gives `act` the exclusive right to change the files of one session, among all processes; or gives
 * what `unwanted` gives, and does nothing, if that is so by the time when it is this change's turn. Needs no lock that the
 * system would have to release, and no clock that processes would have to agree on.
 *
 * A hold is a directory `….lock` with one entry, whose name no other hold ever has. It is prepared elsewhere and
 * renamed into place, which succeeds only where there is no `….lock`, or an empty one (rename(2): "newpath must
 * either not exist or be an empty directory"): of all who try, one gets it. Every change that the holder makes is a
 * rename from or into its own entry:
 *
 *     install   ….lock/<entry> (the draft)  →  the session
 *     remove    the session                 →  ….lock/<entry>/old
 *
 * so the system makes it only while the entry is there. Hence:
 *
 * - A holder that was killed leaves the session as it was or changed, nothing between. Whoever waits sees the same
 *   entry for a second by its own clock, and removes the entry.
 * - Removing a live holder's entry is no harm: a holder that wakes up late finds that its rename fails, and begins
 *   again with what is stored by then. So it need not be known whether a holder is dead, only guessed.
 * - Removing goes by the entry's name: a late remover cannot hit the next holder. Removing the directory itself
 *   works only while it is empty.
 */
export async function exclusively<T>(
  layout: Layout,
  place: Place,
  draft: Draft | undefined,
  act: (hold: Hold) => Promise<T>,
  unwanted: { is(): boolean; gives: T } | undefined = undefined,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    let staged: Staged | undefined;
    try {
      return await inTurn(place.lock, async () => {
        // Prepared in turn: of many that compare and set, all but one find here that they need not write to the disk.
        if (unwanted?.is()) return unwanted.gives;
        staged = await stage(layout, draft);
        const { directory, entry } = staged;
        const own = path().join(place.lock, entry);
        await acquire(place, directory);
        const hold = holdOf(own);
        try {
          return await act(hold);
        } finally {
          if (!hold.isSpent()) await clear(own);
          await removeEmpty(place.lock);
        }
      });
    } catch (error) {
      if (staged !== undefined) await discard(staged.directory);
      // Something is missing: the whole directory was deleted just now.
      if (isAbsent(error) && attempt < ATTEMPTS) continue;
      if (!(error instanceof Broken)) throw error;
    }
  }
  throw new StoreUnavailableError(
    `file store ${layout.dir}: a change took longer than ${PATIENCE} ms ${ATTEMPTS} times, and others did not wait. ` +
      "Nothing was changed. The disk or this process is overloaded.",
  );
}

function holdOf(own: string): Hold & { isSpent(): boolean } {
  let [removed, spent] = [0, false];
  return {
    isSpent: () => spent,
    async install(target) {
      try {
        await fs().promises.rename(own, target);
        spent = true;
      } catch (error) {
        throw isAbsent(error) ? new Broken() : error;
      }
    },
    async remove(target) {
      const moving = fs().promises.rename(target, path().join(own, `old${removed++}`));
      if (await unless(moving, "ENOENT")) return true;
      // An entry that is gone does not come back: if it is there now, it was there then, and `target` was not.
      if (await isThere(own)) return false;
      throw new Broken();
    },
  };
}

async function acquire(place: Place, directory: string): Promise<void> {
  let seen: string | undefined;
  let since = 0;
  for (;;) {
    try {
      return await fs().promises.rename(directory, place.lock);
    } catch (error) {
      if (isAbsent(error)) {
        // Either the folder is missing, or somebody tidied up what we had prepared.
        if (!(await isThere(directory))) throw new Broken();
        await makeFolder(place.folder);
        continue;
      }
      // EPERM is how Windows says it.
      if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(codeOf(error) ?? "")) throw error;
      const [holder] = await namesIn(place.lock);
      if (holder === undefined && codeOf(error) === "EPERM" && !(await removeEmpty(place.lock))) throw error;
      if (holder !== seen) [seen, since] = [holder, performance.now()];
      else if (holder !== undefined && performance.now() - since > PATIENCE) await breakHold(place.lock);
    }
    await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 4));
  }
}

/** Takes a hold away from whoever has it. */
export async function breakHold(lock: string): Promise<void> {
  for (const entry of await namesIn(lock)) await clear(path().join(lock, entry));
  await removeEmpty(lock);
}

/** Removes a hold's entry, which is a draft or a directory with what was removed. */
async function clear(own: string): Promise<void> {
  for (;;) {
    try {
      const files = await namesIn(own);
      for (const file of files) await fs().promises.rm(path().join(own, file), { force: true });
      return await fs().promises.rmdir(own);
    } catch (error) {
      if (isAbsent(error)) return;
      // A holder that was not dead removed something meanwhile.
      if (codeOf(error) === "ENOTEMPTY" || codeOf(error) === "EEXIST") continue;
      if (codeOf(error) !== "ENOTDIR") throw error;
      return await fs().promises.rm(own, { force: true });
    }
  }
}

/** The names in a directory; none where there is no such directory. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await fs().promises.readdir(directory);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

const removeEmpty = (directory: string) =>
  unless(fs().promises.rmdir(directory), "ENOENT", "ENOTEMPTY", "EEXIST");

const isThere = (file: string) => unless(fs().promises.lstat(file), "ENOENT");
