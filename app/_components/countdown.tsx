"use client";

import { useEffect, useRef, useState } from "react";
import { duration } from "../_lib/format";
import styles from "./countdown.module.css";
import { Cylinder } from "./cylinder";

interface CountdownProps {
  label: string;
  /** Seconds left when the server rendered this: a span, so that the browser's clock need not agree. */
  left: number;
  /** Seconds of the whole limit. */
  total: number;
  explanation?: string;
  testId?: string;
  onZero?: () => void;
}

export function Countdown({ label, left, total, explanation, testId, onZero }: CountdownProps) {
  const [seconds, setSeconds] = useState(Math.floor(left));
  const zero = useRef(onZero);
  zero.current = onZero;

  useEffect(() => {
    const end = performance.now() + left * 1000;
    const timer = setInterval(() => {
      const rest = (end - performance.now()) / 1000;
      setSeconds(Math.max(0, Math.floor(rest)));
      if (rest > 0) return;
      clearInterval(timer);
      zero.current?.();
    }, 250);
    return () => clearInterval(timer);
  }, [left]);

  return (
    <div className={styles.countdown}>
      <p className={styles.head}>
        <span>{label}</span>
        {/* A timer is not announced as it ticks: that would talk over everything else. */}
        <span role="timer" aria-label={label} className={styles.left} data-testid={testId}>
          {left <= 0 || seconds <= 0 ? "over" : `${duration(seconds)} left`}
        </span>
      </p>
      <Cylinder level={left / total} drains={left} />
      {explanation && <p className={styles.explanation}>{explanation}</p>}
    </div>
  );
}
