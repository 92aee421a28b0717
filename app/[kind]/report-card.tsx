import { ScrollRegion } from "../_components/scroll-region";
import { clockTime } from "../_lib/format";
import { OPERATIONS } from "../_lib/operations";
import type { DataRow, Finding, Report } from "../_lib/report";
import styles from "./report-card.module.css";

/** The latest report. Inside the page's live region, so that it is read out when it changes. */
export function ReportCard({ report }: { report: Report | null }) {
  if (!report) {
    return (
      <section className={styles.empty} aria-labelledby="report-title" data-testid="report">
        <h2 id="report-title">What it did</h2>
        <p>
          Nothing yet. Press one of the six, and this says what became of the data, the store and the cookie.
        </p>
      </section>
    );
  }
  const operation = OPERATIONS.find(({ name }) => name === report.operation);
  return (
    <section
      key={report.at}
      className={styles.report}
      aria-labelledby="report-title"
      data-testid="report"
      data-operation={report.operation}
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: after a form post without JavaScript, this is what the page was loaded for
      autoFocus
    >
      <header className={styles.head}>
        <h2 id="report-title">What “{operation?.label}” did</h2>
        <time dateTime={new Date(report.at).toISOString()}>{clockTime(report.at)}</time>
      </header>
      {report.refused && (
        <p className={styles.refused} data-testid="report-refused">
          <strong>Refused: {report.refused.code}.</strong> {report.refused.message}
        </p>
      )}
      <dl className={styles.findings}>
        <FindingLine name="data" finding={report.data} />
        <FindingLine name="store" finding={report.store} />
        <FindingLine name="cookie" finding={report.cookie} />
      </dl>
      {report.data.rows.length > 0 && <Changes rows={report.data.rows} />}
    </section>
  );
}

function FindingLine({ name, finding }: { name: string; finding: Finding }) {
  return (
    <div className={styles.finding} data-tone={finding.tone} data-testid={`report-${name}`}>
      <dt>{name}</dt>
      <dd>{finding.text}</dd>
    </div>
  );
}

function Changes({ rows }: { rows: readonly DataRow[] }) {
  return (
    <ScrollRegion className={styles.scroll} label="Changes of the data, key by key">
      <table className={styles.changes}>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Before</th>
            <th scope="col">After it</th>
            <th scope="col">Next request</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, was, now, next }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              {[was, now, next].map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: three fixed columns
                <td key={column}>
                  {value === null ? <span className={styles.none}>none</span> : <code>{value}</code>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
