"use server";

import { isStoreDown, logStoreDown } from "../_lib/health";
import { fieldOf, LANES, WARM_UP } from "./_lib/lanes";
import { heatOnServer } from "./_lib/on-server";
import type { Heat, Served } from "./_lib/race";

/** Runs the four heats one after the other, with requests that the server makes to itself. */
export async function raceOnServer(_previous: Served | null, form: FormData): Promise<Served> {
  const entrants = fieldOf(form.get("entrants"));
  try {
    await heatOnServer("plain", WARM_UP);
    const heats: Heat[] = [];
    for (const { name } of LANES) heats.push(await heatOnServer(name, entrants));
    return { race: { at: Date.now(), from: "server", entrants, heats }, failure: null };
  } catch (error) {
    if (!isStoreDown(error)) throw error;
    logStoreDown(error);
    return { race: null, failure: "The session store does not answer." };
  }
}
