import { ScrollRegion } from "../_components/scroll-region";
import { clockTime } from "../_lib/format";
import { OPERATIONS } from "../_lib/operations";
import type { DataRow, Finding, Found, Report } from "../_lib/report";
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
      {report.wasOver && (
        <p className={styles.over} data-testid="report-over">
          The session that this page showed was over when this came in. It was done to a new one.
        </p>
      )}
      {report.found && <Findings found={report.found} />}
    </section>
  );
}

function Findings({ found: { data, store, cookie } }: { found: Found }) {
  return (
    <>
      <dl className={styles.findings}>
        <FindingLine name="data" finding={data} />
        <FindingLine name="store" finding={store} />
        <FindingLine name="cookie" finding={cookie} />
      </dl>
      {data.rows.length > 0 && <Changes rows={data.rows} />}
    </>
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

const COLUMNS = [
  ["Before", "was"],
  ["After it", "now"],
  ["Next request", "next"],
] as const;

function Changes({ rows }: { rows: readonly DataRow[] }) {
  return (
    <ScrollRegion className={styles.scroll} label="Changes of the data, key by key">
      <table className={styles.changes}>
        <thead>
          <tr>
            <th scope="col">Key</th>
            {COLUMNS.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.key}</th>
              {COLUMNS.map(([name, moment]) => (
                <td key={name} data-column={name}>
                  {row[moment] === null ? (
                    <span className={styles.none}>none</span>
                  ) : (
                    <code>{row[moment]}</code>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
