import type { LaneName } from "./lanes";
import { drawHeat, type Heat, type Lap, type Standing } from "./race";

/** A heat for real: as many requests to the server at once as this browser will send, each with its cookies. */
export async function heatFromBrowser(lane: LaneName, entrants: number): Promise<Heat> {
  const heat = drawHeat();
  await post(lane, heat, "start");
  const laps = await Promise.all(
    Array.from({ length: entrants }, async (_, index) => {
      const response = await post(lane, heat, "lap", index + 1);
      return (await response.json()) as Lap;
    }),
  );
  const standing = (await (await post(lane, heat, "finish")).json()) as Standing;
  return { lane, laps, ...standing };
}

type Step = "start" | "lap" | "finish";

async function post(lane: LaneName, heat: number, step: Step, number = 0): Promise<Response> {
  const query = new URLSearchParams({ lane, heat: String(heat), step, number: String(number) });
  const response = await fetch(`/api/race?${query}`, { method: "POST" }).catch(() => {
    // The browser's own words for it are for its console.
    throw new Error("The server cannot be reached.");
  });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(answer.error ?? `The server answered with ${response.status}.`);
}
