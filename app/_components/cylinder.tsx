import styles from "./cylinder.module.css";

interface CylinderProps {
  /** 0 to 1. */
  level: number;
  /** Runs dry in so many seconds. */
  drains?: number | undefined;
}

/**
 * A measuring cylinder on its side. It says nothing that the text next to it does not, so assistive
 * technology is spared it. It drains by CSS alone, and so also without JavaScript.
 */
export function Cylinder({ level, drains }: CylinderProps) {
  const width = `${(Math.min(1, Math.max(0, level)) * 100).toFixed(2)}%`;
  return (
    <div className={styles.cylinder} aria-hidden="true">
      <div
        className={styles.liquid}
        data-drains={drains === undefined ? undefined : ""}
        style={{ width, ...(drains !== undefined && { animationDuration: `${Math.max(0, drains)}s` }) }}
      />
    </div>
  );
}
