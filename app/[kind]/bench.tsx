"use client";

import { useActionState, useEffect, useRef } from "react";
import { useFormStatus } from "react-dom";
import type { Kind } from "../_lib/kinds";
import { OPERATIONS } from "../_lib/operations";
import { operate } from "./actions";
import styles from "./bench.module.css";
import { Fields, type FieldValues } from "./fields";
import { ReportCard } from "./report-card";

/**
 * One form, six ways to submit it: the button pressed says which. `useActionState` brings the action's
 * report back to the page, after a plain form post without JavaScript as well.
 */
export function Bench({ kind, values }: { kind: Kind; values: FieldValues }) {
  const [report, submit] = useActionState(operate, null);

  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (report) place.current?.scrollIntoView({ block: "nearest" });
  }, [report]);

  return (
    <>
      <form className={styles.bench} action={submit}>
        <input type="hidden" name="kind" value={kind} />
        <Fields values={values} />
        <h2>Then do one of these</h2>
        <ul className={styles.operations}>
          {OPERATIONS.map((operation) => (
            <Operation key={operation.name} kind={kind} {...operation} />
          ))}
        </ul>
      </form>
      <div ref={place} aria-live="polite" className={styles.report}>
        <ReportCard report={report} />
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
