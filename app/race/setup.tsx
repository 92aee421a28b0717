import { useSyncExternalStore } from "react";
import { DEFAULT_FIELD, FIELDS } from "./_lib/lanes";
import styles from "./track.module.css";

/** How many, and who sends them. */
export function Setup({
  entrants = DEFAULT_FIELD,
  running,
}: {
  entrants?: number | undefined;
  running: boolean;
}) {
  const scripted = useScripted();
  return (
    <>
      <fieldset className={styles.choices}>
        <legend>Requests at once</legend>
        {FIELDS.map((field) => (
          <label key={field} className={styles.choice}>
            <input type="radio" name="entrants" value={field} defaultChecked={field === entrants} />
            {field}
          </label>
        ))}
      </fieldset>
      {/* Made anew when JavaScript has come, so that the better choice is the one that is made. */}
      <fieldset key={String(scripted)} className={styles.choices}>
        <legend>Sent by</legend>
        <label className={styles.choice}>
          <input type="radio" name="from" value="browser" defaultChecked={scripted} disabled={!scripted} />
          <span>
            this browser <small>{scripted ? "over the network" : "needs JavaScript"}</small>
          </span>
        </label>
        <label className={styles.choice}>
          <input type="radio" name="from" value="server" defaultChecked={!scripted} />
          <span>
            the server itself <small>in miniature</small>
          </span>
        </label>
      </fieldset>
      <button type="submit" className="button primary" aria-busy={running}>
        Start the race
        {running && <span aria-hidden="true"> …</span>}
      </button>
    </>
  );
}

/** False on the server and where there is no JavaScript. */
function useScripted(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
}
