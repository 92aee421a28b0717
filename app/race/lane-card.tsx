import { ScrollRegion } from "../_components/scroll-region";
import { Vessel } from "../_components/vessel";
import type { Lane } from "./_lib/lanes";
import type { Heat, Result } from "./_lib/race";
import styles from "./lane-card.module.css";
import { LapTable } from "./lap-table";
import { Picture } from "./picture";

interface LaneCardProps {
  lane: Lane;
  /** Undefined before the heat is over. */
  heat: (Heat & Result) | undefined;
  /** Milliseconds of the slowest request of the whole race: one scale for all lanes. */
  slowest: number;
}

export function LaneCard({ lane, heat, slowest }: LaneCardProps) {
  const title = `lane-${lane.name}`;
  const part = heat ? heat.survived / heat.marks.length : 0;
  return (
    <section
      className={styles.lane}
      aria-labelledby={title}
      data-testid={title}
      data-survived={heat?.survived}
      data-lost={heat?.lost}
      data-conflicts={heat?.conflicts}
    >
      <header className={styles.head}>
        <Vessel level={heat && part > 0 ? Math.max(0.08, part) : 0} ghost={!heat} size={64} />
        <div>
          <h2 id={title}>{lane.title}</h2>
          <p className={styles.score}>
            {heat ? (
              <>
                <strong>{heat.survived}</strong> of {heat.marks.length} {lane.counts} survived
              </>
            ) : (
              "not run yet"
            )}
          </p>
        </div>
      </header>
      <div className={styles.why}>
        <ScrollRegion className={styles.code} label={`Code of “${lane.title}”`}>
          <pre>{lane.code}</pre>
        </ScrollRegion>
        <p>{lane.why}</p>
      </div>
      <div className={styles.result}>
        {heat ? (
          <>
            <Picture heat={heat} slowest={slowest} />
            <Figures lane={lane} heat={heat} />
            <LapTable title={lane.title} marks={heat.marks} />
          </>
        ) : (
          <div className={styles.empty} aria-hidden="true" />
        )}
      </div>
    </section>
  );
}

function Figures({ lane, heat }: { lane: Lane; heat: Heat & Result }) {
  const refused = heat.marks.filter((mark) => mark.refused !== null).length;
  const figures = [
    [lane.name === "keys" ? "keys held" : "number held", heat.counted],
    ["lost", heat.lost],
    ["conflict events", heat.conflicts],
    ["all took", `${heat.took.toFixed(0)} ms`],
    ...(refused > 0 ? [["refused", refused] as const] : []),
  ] as const;
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
