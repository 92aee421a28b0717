import type { LaneName } from "./lanes";
import type { Heat, Lap, Standing } from "./race";

/** A heat for real: as many requests to the server at once as this browser will send, each with its cookies. */
export async function heatFromBrowser(lane: LaneName, entrants: number): Promise<Heat> {
  await post(lane, "start");
  const laps = await Promise.all(
    Array.from({ length: entrants }, async (_, index) => {
      const response = await post(lane, "lap", index + 1);
      return (await response.json()) as Lap;
    }),
  );
  const standing = (await (await post(lane, "finish")).json()) as Standing;
  return { lane, laps, ...standing };
}

async function post(lane: LaneName, step: "start" | "lap" | "finish", number = 0): Promise<Response> {
  const query = new URLSearchParams({ lane, step, number: String(number) });
  const response = await fetch(`/api/race?${query}`, { method: "POST" });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(answer.error ?? `The server answered with ${response.status}.`);
}
