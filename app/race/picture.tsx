import type { CSSProperties } from "react";
import type { Heat, Mark, Result } from "./_lib/race";
import styles from "./picture.module.css";

/** Each request a drop on a stem: full if what it did survived, hollow if not, and the stem as long as it took. */
export function Picture({ heat, slowest }: { heat: Heat & Result; slowest: number }) {
  const { marks, survived, lost } = heat;
  return (
    <div className={styles.frame}>
      <div
        className={styles.picture}
        role="img"
        aria-label={`${marks.length} requests in the order of finishing: ${survived} survived, ${lost} lost.`}
        data-field={marks.length}
      >
        {marks.map((mark) => (
          <div
            key={mark.number}
            className={styles.mark}
            data-testid="mark"
            data-survived={mark.survived || undefined}
            style={placeOf(mark, slowest)}
            title={`Request ${mark.number}: ${mark.took.toFixed(0)} ms, ${mark.survived ? "survived" : "lost"}`}
          >
            <span className={styles.drop} />
            <span className={styles.stem} />
          </div>
        ))}
      </div>
    </div>
  );
}

function placeOf({ took, at }: Mark, slowest: number): CSSProperties {
  return { "--took": (took / slowest).toFixed(3), "--at": at.toFixed(3) } as CSSProperties;
}
