import type { Leases } from "../lock-queue.ts";
import { fs } from "./builtins.ts";
import { isAbsent } from "./failure.ts";
import { versionLine } from "./format.ts";
import { exclusively } from "./hold.ts";
import type { Layout, Place } from "./layout.ts";
import { contentOf } from "./read.ts";
import type { Draft } from "./staging.ts";

interface Lease {
  readonly owner: string;
  /** Milliseconds that it was asked for. */
  readonly length: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Milliseconds that a lease must still have for its holder to change it without asking for a hold. */
const MARGIN = 500;

/**
 * Leases as files beside the sessions, judged by the machine's clock. Clocks that disagree, or one that is set, only
 * move the instant at which a lock passes on: whoever gets it gives the session a new version, and the one before
 * cannot save any more.
 *
 * While a lease lasts nobody else touches its file, so its holder extends and drops it directly. One that has all but
 * run out may be passing on just now: then that, too, takes a hold. (A process suspended for the rest of its lease
 * between looking and dropping takes the next holder's lease away: that one's renewal and its late saves are refused.)
 */
export function fileLeases(layout: () => Layout): Leases {
  return {
    async take(key, owner, length) {
      const place = layout().of(key);
      // Asking costs one read while somebody holds it, so that those who wait do not hold each other up.
      if (timeLeft(leaseIn(place)) >= 0) return false;
      return exclusively(layout(), place, draftOf(owner, length), async (hold) => {
        if (timeLeft(leaseIn(place)) >= 0) return false;
        // First the version, then the lease: nobody holds the lock while an older version would still pass.
        await renewVersion(place);
        await hold.install(place.lease);
        return true;
      });
    },

    // Even a lease that ran out may be extended while nobody else has taken it: then nobody was overtaken.
    async extend(key, owner, length) {
      const place = layout().of(key);
      const lease = leaseIn(place);
      if (lease?.owner !== owner) return false;
      if (timeLeft(lease) > MARGIN) return overwrite(place.lease, draftOf(owner, length).text);
      return exclusively(layout(), place, draftOf(owner, length), async (hold) => {
        if (leaseIn(place)?.owner !== owner) return false;
        await hold.install(place.lease);
        return true;
      });
    },

    async drop(key, owner) {
      const place = layout().of(key);
      const lease = leaseIn(place);
      if (lease?.owner !== owner) return;
      if (timeLeft(lease) > MARGIN) return fs().rmSync(place.lease, { force: true });
      await removeLease(layout(), place, (found) => found?.owner === owner);
    },
  };
}

/** False if there is no such file. */
function overwrite(file: string, text: string): boolean {
  try {
    fs().writeFileSync(file, text, { flag: "r+" });
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Removes a lease that ran out, or that nobody can read. */
export async function removeEndedLease(layout: Layout, place: Place): Promise<void> {
  const hasEnded = (lease: Lease | undefined) => timeLeft(lease) < 0;
  if (hasEnded(leaseIn(place))) await removeLease(layout, place, hasEnded);
}

async function removeLease(
  layout: Layout,
  place: Place,
  when: (lease: Lease | undefined) => boolean,
): Promise<void> {
  await exclusively(layout, place, undefined, async (hold) => {
    if (when(leaseIn(place))) await hold.remove(place.lease);
  });
}

/**
 * Overwritten where it lies rather than copied, because a copy would lose a touch that comes in between. This is the
 * one change of a holder that is not conditional upon its hold: one that wakes up late gives the session a version
 * that nobody asked for. A save then finds a conflict where there was none; none is lost.
 */
async function renewVersion({ record }: Place): Promise<void> {
  try {
    const handle = await fs().promises.open(record, "r+");
    try {
      const { atime, mtime } = await handle.stat();
      await handle.write(versionLine(crypto.randomUUID()), 0);
      await handle.utimes(atime, mtime);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

function leaseIn({ lease }: Place): Lease | undefined {
  try {
    return JSON.parse(contentOf(lease) ?? "null") ?? undefined;
  } catch (error) {
    // After a power cut it may be empty: leases are not flushed, and nobody who held one is alive.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Milliseconds, negative once it has run out. */
function timeLeft(lease: Lease | undefined): number {
  if (lease === undefined) return -1;
  const left = lease.until - Date.now();
  // More than was ever given means that the clock was set back: without this, back by an hour is locked for an hour.
  return left <= 2 * lease.length ? left : -1;
}

function draftOf(owner: string, length: number): Draft {
  const lease: Lease = { owner, length, until: Date.now() + length };
  // Of one length always, so that it can be overwritten where it lies.
  return { text: JSON.stringify(lease).padEnd(128), durable: false };
}
