import { ScrollRegion } from "../_components/scroll-region";
import type { Mark } from "./_lib/race";
import styles from "./lane-card.module.css";

/** The same as the picture, for those who want to read it. */
export function LapTable({ title, marks }: { title: string; marks: readonly Mark[] }) {
  return (
    <details className={styles.laps}>
      <summary>Request by request</summary>
      <ScrollRegion className={styles.scroll} label={`Requests of “${title}”`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Finished</th>
              <th scope="col">Request</th>
              <th scope="col">Took</th>
              <th scope="col">Conflicts</th>
              <th scope="col">Outcome</th>
            </tr>
          </thead>
          <tbody>
            {marks.map((mark, index) => (
              <tr key={mark.number}>
                <td>{index + 1}.</td>
                <th scope="row">{mark.number}</th>
                <td>{mark.took.toFixed(1)} ms</td>
                <td>{mark.conflicts}</td>
                <td>{mark.refused ?? (mark.survived ? "survived" : "lost")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}
