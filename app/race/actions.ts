"use server";

import { fieldOf, LANES, WARM_UP } from "./_lib/lanes";
import { heatOnServer } from "./_lib/on-server";
import type { Heat, Race } from "./_lib/race";

/** Runs the four heats one after the other, with requests that the server makes to itself. */
export async function raceOnServer(_previous: Race | null, form: FormData): Promise<Race> {
  const entrants = fieldOf(form.get("entrants"));
  await heatOnServer("plain", WARM_UP);
  const heats: Heat[] = [];
  for (const { name } of LANES) heats.push(await heatOnServer(name, entrants));
  return { at: Date.now(), from: "server", entrants, heats };
}
