import { LANES } from "./_lib/lanes";
import type { Heat, Race, Result } from "./_lib/race";
import styles from "./track.module.css";

interface VerdictProps {
  race: Race | null;
  heats: readonly (Heat & Result)[];
  /** Milliseconds of the slowest request. */
  slowest: number;
  running: boolean;
  failure: string | null;
}

/** The outcome in words, read out when it changes, and how to read the pictures. */
export function Verdict({ race, heats, slowest, running, failure }: VerdictProps) {
  const heat = (name: string) => heats.find(({ lane }) => lane === name);
  const [plain, update] = [heat("plain"), heat("update")];
  return (
    <div className={styles.verdict}>
      <div aria-live="polite">
        {failure && (
          <p className={styles.failure} data-testid="race-failure">
            <strong>The race was stopped.</strong> {failure}
          </p>
        )}
        {!failure && running && (
          <p>
            {heats.length < LANES.length && race?.from === "browser"
              ? `Lane ${heats.length + 1} of ${LANES.length} is on …`
              : "The race is on …"}
          </p>
        )}
        {!failure && !running && race && plain && update && (
          <p data-testid="race-verdict" data-from={race.from} data-entrants={race.entrants}>
            Of {race.entrants} increments, <strong>{plain.survived} survived a plain save</strong> and{" "}
            <strong>{update.survived} survived update()</strong>.{" "}
            {race.from === "browser"
              ? `The server saw at most ${Math.max(...heats.map(({ atOnce }) => atOnce))} of this browser’s requests under way at a time.`
              : "The server made the requests itself: each with cookies and a session object of its own, on the same database."}
          </p>
        )}
        {!failure && !running && !race && (
          <p>Nothing has been run yet. All that is drawn below will be measured.</p>
        )}
      </div>
      {heats.length > 0 && (
        <p className={styles.legend} data-testid="race-legend">
          <span className={styles.key}>
            <span className={styles.drop} data-survived="" aria-hidden="true" /> survived
          </span>
          <span className={styles.key}>
            <span className={styles.drop} aria-hidden="true" /> lost
          </span>
          <span>
            From left to right in the order of finishing. The stem is the time a request took; the longest is{" "}
            {slowest.toFixed(0)} ms.
          </span>
        </p>
      )}
    </div>
  );
}
