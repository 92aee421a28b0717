import styles from "./vessel.module.css";

interface VesselProps {
  /** How full, 0 to 1. */
  level: number;
  size?: number;
  /** Sealed: nobody on the way can see in. */
  stoppered?: boolean;
  /** Only where one could stand. */
  ghost?: boolean;
}

const TOP = 13;
const BOTTOM = 57;

/** A beaker. The liquid is the session's data. */
export function Vessel({ level, size = 88, stoppered = false, ghost = false }: VesselProps) {
  const full = Math.min(1, Math.max(0, level));
  const surface = BOTTOM - full * (BOTTOM - TOP - 4);
  return (
    <svg
      className={styles.vessel}
      data-ghost={ghost || undefined}
      viewBox="0 0 64 64"
      width={size}
      height={size}
      aria-hidden="true"
    >
      {full > 0 && (
        <path className={styles.liquid} d={`M16 ${surface} H48 V49 a8 8 0 0 1 -8 8 H24 a8 8 0 0 1 -8 -8 Z`} />
      )}
      <path
        className={styles.glass}
        d="M11 8 q5 1 5 6 V49 a8 8 0 0 0 8 8 H40 a8 8 0 0 0 8 -8 V11 q0 -3 3 -3"
      />
      <path className={styles.marks} d="M41 24 h7 M44 32 h4 M41 40 h7 M44 48 h4" />
      {stoppered && <path className={styles.stopper} d="M17 3 H47 L45 14 H19 Z" />}
    </svg>
  );
}

/** What the server alone has. */
export function Key({ size = 88 }: { size?: number }) {
  return (
    <svg className={styles.vessel} viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
      <circle className={styles.glass} cx="20" cy="32" r="11" />
      <circle className={styles.glass} cx="17" cy="32" r="3" />
      <path className={styles.glass} d="M31 32 H57 V41 M48 32 V39" />
    </svg>
  );
}

/** A cloakroom ticket: worthless in itself, and all it takes to fetch the coat. */
export function Ticket({ size = 88, blank = false }: { size?: number; blank?: boolean }) {
  return (
    <svg
      className={styles.vessel}
      data-ghost={blank || undefined}
      viewBox="0 0 64 64"
      width={size}
      height={size}
      aria-hidden="true"
    >
      <path className={styles.glass} d="M6 18 H58 V27 a5 5 0 0 0 0 10 V46 H6 V37 a5 5 0 0 0 0 -10 Z" />
      <path className={styles.marks} d="M22 18 v3 M22 25 v3 M22 32 v3 M22 39 v3" />
      {!blank && <path className={styles.tokenMark} d="M30 27 H50 M30 32 H46 M30 37 H50" />}
    </svg>
  );
}
