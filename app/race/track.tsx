"use client";

import { type SubmitEvent, useState } from "react";
import { useSending } from "../_lib/use-sending";
import { fieldOf, LANES } from "./_lib/lanes";
import { resultOf } from "./_lib/race";
import { raceOnServer } from "./actions";
import { LaneCard } from "./lane-card";
import { Setup } from "./setup";
import styles from "./track.module.css";
import { useBrowserRace } from "./use-browser-race";
import { Verdict } from "./verdict";

/** The form and the four lanes. Without JavaScript the form posts to the action; with it, the browser can race itself. */
export function Track() {
  const server = useSending(raceOnServer);
  const browser = useBrowserRace();
  const [from, setFrom] = useState<"browser" | "server">("server");
  const running = server.pending || browser.running;
  // Whichever was run last.
  const served = server.answer?.race ?? null;
  const race = (browser.race?.at ?? 0) > (served?.at ?? 0) ? browser.race : served;
  const failure = from === "browser" ? browser.failure : (server.trouble ?? server.answer?.failure ?? null);

  function onSubmit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (running) return;
    const form = new FormData(event.currentTarget);
    const isBrowser = form.get("from") === "browser";
    setFrom(isBrowser ? "browser" : "server");
    if (isBrowser) browser.run(fieldOf(form.get("entrants")));
    else server.send(event.currentTarget, form);
  }

  const heats = (race?.heats ?? []).map((heat) => ({ ...heat, ...resultOf(heat) }));
  const slowest = Math.max(0, ...heats.flatMap(({ marks }) => marks.map(({ took }) => took)));

  return (
    <>
      <form action={server.formProps.action} onSubmit={onSubmit} className={styles.form}>
        <Setup entrants={race?.entrants} running={running} />
      </form>
      <Verdict
        race={race}
        heats={heats}
        slowest={slowest}
        running={running}
        failure={running ? null : failure}
      />
      <div className={styles.lanes} data-testid="lanes" aria-busy={running}>
        {LANES.map((lane) => (
          <LaneCard
            key={`${lane.name}-${race?.at}`}
            lane={lane}
            heat={heats.find((heat) => heat.lane === lane.name)}
            slowest={slowest}
          />
        ))}
      </div>
    </>
  );
}
