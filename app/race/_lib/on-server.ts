import { setTimeout as pause } from "node:timers/promises";
import { CookieCopy } from "./cookie-copy";
import { finishHeat, runLap, startHeat } from "./heat";
import { type LaneName, SPREAD } from "./lanes";
import { drawHeat, type Heat } from "./race";
import { sessionsOf } from "./sessions";

/**
 * A heat in miniature. Each request has cookies and a session object of its own, and so reads the store and
 * writes to it as if it had come over the network; nothing is shared but the database.
 */
export async function heatOnServer(lane: LaneName, entrants: number): Promise<Heat> {
  const sessions = sessionsOf(lane);
  const heat = drawHeat();
  const browser = new CookieCopy();
  const request = async <T>(handle: (cookies: CookieCopy) => Promise<T>): Promise<T> => {
    const cookies = browser.copy();
    const answer = await handle(cookies);
    browser.take(cookies);
    return answer;
  };

  await request(async (cookies) => startHeat(heat, await sessions.getSession(cookies)));
  const laps = await Promise.all(
    Array.from({ length: entrants }, (_, index) =>
      request(async (cookies) => {
        await pause(Math.random() * SPREAD);
        return runLap(lane, heat, index + 1, () => sessions.getSession(cookies));
      }),
    ),
  );
  const standing = await request(async (cookies) =>
    finishHeat(lane, heat, await sessions.getSession(cookies)),
  );
  return { lane, laps, ...standing };
}
