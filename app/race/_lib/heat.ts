import { setTimeout as pause } from "node:timers/promises";
import { SessionError } from "next-beaker";
import { type LaneName, WORK } from "./lanes";
import type { Lap, Standing } from "./race";
import { countConflicts, type RaceData, type RaceSession } from "./sessions";

/** What a request of each lane does once it has its session. */
const RUN: Record<LaneName, (session: RaceSession, number: number) => Promise<void>> = {
  plain: countAndSave,
  cookie: countAndSave,
  update: (session, number) => session.update((data) => count(data, number)),
  keys: async (session, number) => {
    session.data[slotOf(number)] = true;
    await session.save();
  },
};

const SLOT = "entrant";
const slotOf = (number: number) => `${SLOT}${number}` as const;

async function countAndSave(session: RaceSession, number: number): Promise<void> {
  count(session.data, number);
  await session.save();
}

function count(data: Partial<RaceData>, number: number): void {
  if (!data.tally) throw new NoHeatError();
  data.tally.n++;
  data.tally.by.push(number);
}

/** The browser did not bring the cookie that it was given at the start, or a race in another tab has ended this one. */
export class NoHeatError extends Error {
  override name = "NoHeatError";
}

/** Sets the session to nought. */
export async function startHeat(session: RaceSession): Promise<void> {
  if (!session.isNew) await session.invalidate();
  session.data.tally = { n: 0, by: [] };
  await session.save();
}

/** One request of the heat. `open` gives the session as this request's cookies name it. */
export async function runLap(lane: LaneName, number: number, open: () => Promise<RaceSession>): Promise<Lap> {
  const startedAt = now();
  let refused: string | null = null;
  const conflicts = await countConflicts(async () => {
    const session = await open();
    if (session.isNew) throw new NoHeatError();
    await pause(WORK.least + Math.random() * (WORK.most - WORK.least));
    try {
      await RUN[lane](session, number);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      refused = error.code;
    }
  });
  return { number, startedAt, finishedAt: now(), conflicts, refused };
}

/** Reads what the session holds now, and ends it: a race leaves nothing behind. */
export async function finishHeat(lane: LaneName, session: RaceSession): Promise<Standing> {
  const { tally, ...slots } = session.data;
  if (!tally) throw new NoHeatError();
  const numbers = Object.keys(slots).map((slot) => Number(slot.slice(SLOT.length)));
  const standing =
    lane === "keys" ? { counted: numbers.length, kept: numbers } : { counted: tally.n, kept: tally.by };
  await session.delete();
  return standing;
}

/** Finer than `Date.now()`, which gives all requests of a heat the same dozen of milliseconds. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
