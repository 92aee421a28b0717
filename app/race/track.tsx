"use client";

import { type FormEvent, startTransition, useActionState } from "react";
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
  const [served, submit, serving] = useActionState(raceOnServer, null);
  const browser = useBrowserRace();
  const running = serving || browser.running;
  // Whichever was run last.
  const race = (browser.race?.at ?? 0) > (served?.at ?? 0) ? browser.race : served;

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (running) return;
    const form = new FormData(event.currentTarget);
    if (form.get("from") === "browser") browser.run(fieldOf(form.get("entrants")));
    else startTransition(() => submit(form));
  }

  const heats = (race?.heats ?? []).map((heat) => ({ ...heat, ...resultOf(heat) }));
  const slowest = Math.max(0, ...heats.flatMap(({ marks }) => marks.map(({ took }) => took)));

  return (
    <>
      <form action={submit} onSubmit={onSubmit} className={styles.form}>
        <Setup entrants={race?.entrants} running={running} />
      </form>
      <Verdict race={race} heats={heats} slowest={slowest} running={running} failure={browser.failure} />
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
