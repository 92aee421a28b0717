import { setTimeout as pause } from "node:timers/promises";
import { SessionError } from "next-beaker";
import { type LaneName, WORK } from "./lanes";
import type { Lap, Standing } from "./race";
import { countConflicts, type RaceData, type RaceSession, type Tally } from "./sessions";

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

/** The session is of a heat that was started since, in another tab: counting it in would be no measurement of either. */
export class OtherHeatError extends Error {
  override name = "OtherHeatError";
}

/** Which heat the numbers are of. Drawn at its start, and said by each of its requests. */
interface HeatTally extends Tally {
  heat: number;
}

function expectHeat(heat: number, tally: Tally | undefined): Tally {
  if (!tally) throw new NoHeatError();
  if ((tally as HeatTally).heat !== heat) throw new OtherHeatError();
  return tally;
}

/** Sets the session to nought. */
export async function startHeat(heat: number, session: RaceSession): Promise<void> {
  if (!session.isNew) await session.invalidate();
  const tally: HeatTally = { n: 0, by: [], heat };
  session.data.tally = tally;
  await session.save();
}

/** One request of the heat. `open` gives the session as this request's cookies name it. */
export async function runLap(
  lane: LaneName,
  heat: number,
  number: number,
  open: () => Promise<RaceSession>,
): Promise<Lap> {
  const startedAt = now();
  let refused: string | null = null;
  const conflicts = await countConflicts(async () => {
    const session = await open();
    expectHeat(heat, session.data.tally);
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
export async function finishHeat(lane: LaneName, heat: number, session: RaceSession): Promise<Standing> {
  const { tally: found, ...slots } = session.data;
  const tally = expectHeat(heat, found);
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
