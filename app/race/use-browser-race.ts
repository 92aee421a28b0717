import { useState } from "react";
import { heatFromBrowser } from "./_lib/from-browser";
import { LANES, WARM_UP } from "./_lib/lanes";
import type { Race } from "./_lib/race";

/** Runs races from this browser; `race` grows by a heat whenever one is over. */
export function useBrowserRace() {
  const [race, setRace] = useState<Race | null>(null);
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function run(entrants: number) {
    let current: Race = { at: Date.now(), from: "browser", entrants, heats: [] };
    setRace(current);
    setFailure(null);
    setRunning(true);
    try {
      await heatFromBrowser("plain", WARM_UP);
      for (const { name } of LANES) {
        current = { ...current, heats: [...current.heats, await heatFromBrowser(name, entrants)] };
        setRace(current);
      }
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setRunning(false);
    }
  }

  return { race, running, failure, run };
}
