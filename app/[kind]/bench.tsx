"use client";

import { useEffect, useRef, useState } from "react";
import { useFormStatus } from "react-dom";
import type { Kind } from "../_lib/kinds";
import { OPERATIONS } from "../_lib/operations";
import { settle } from "../_lib/settle";
import { useSending } from "../_lib/use-sending";
import { operate } from "./actions";
import styles from "./bench.module.css";
import { Fields, type FieldValues } from "./fields";
import { ReportCard } from "./report-card";

interface BenchProps {
  kind: Kind;
  values: FieldValues;
  /** Of the session that the page shows; null for one that is not kept. */
  sessionId: string | null;
}

/**
 * One form, six ways to submit it: the button pressed says which. The action's report comes back to the page,
 * after a plain form post without JavaScript as well.
 */
export function Bench({ kind, values, sessionId }: BenchProps) {
  const { answer: report, sent, trouble, pending, formProps } = useSending(operate);

  const [firstId] = useState(sessionId);
  const knownId = report ? report.keptId : firstId;
  // Nothing that was done here has ended it: its time was over, or it was ended from elsewhere.
  const isOver = !pending && knownId !== null && sessionId === null;

  useEffect(() => {
    if (sent?.answer?.found) settle(sent.form, sent.given);
  }, [sent]);

  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (report || trouble) place.current?.scrollIntoView({ block: "nearest" });
  }, [report, trouble]);

  return (
    <>
      <form className={styles.bench} {...formProps}>
        <input type="hidden" name="kind" value={kind} />
        <input type="hidden" name="session" value={knownId ?? ""} />
        <Fields values={values} />
        <h2>Then do one of these</h2>
        <ul className={styles.operations}>
          {OPERATIONS.map((operation) => (
            <Operation key={operation.name} kind={kind} {...operation} />
          ))}
        </ul>
      </form>
      <div ref={place} aria-live="polite" className={styles.report}>
        {trouble && (
          <p className={styles.trouble} data-testid="unsent">
            <strong>{trouble}</strong> What you typed is still here.
          </p>
        )}
        {isOver && (
          <p className="notice" data-testid="session-over">
            The session that was shown here is over: its time ran out, or it was ended elsewhere. Now you see
            a new one, which nothing is kept of yet.
          </p>
        )}
        {/* The report of what was done before would look like one on this. */}
        {!trouble && <ReportCard report={report} />}
      </div>
    </>
  );
}

function Operation({ kind, name, label, code, line }: { kind: Kind } & (typeof OPERATIONS)[number]) {
  const pending = useFormStatus().data?.get("operation") === name;
  return (
    <li className={styles.operation}>
      <button
        type="submit"
        name="operation"
        value={name}
        className={`button ${name === "save" ? "primary" : ""} ${styles.press}`}
        aria-describedby={`about-${name}`}
        aria-busy={pending}
      >
        {label}
        {pending && <span aria-hidden="true"> …</span>}
      </button>
      <p id={`about-${name}`} className={styles.line}>
        <code>{code}</code> {line[kind]}
      </p>
    </li>
  );
}
