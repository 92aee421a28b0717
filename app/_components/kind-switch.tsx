import Link from "next/link";
import { KINDS, type Kind } from "../_lib/kinds";
import styles from "./kind-switch.module.css";

/** The same page on the other kind of session. Two links, because they are two addresses. */
export function KindSwitch({ kind }: { kind: Kind }) {
  return (
    <nav aria-label="Kind of session" className={styles.switch}>
      {KINDS.map((each) => (
        <Link key={each} href={`/${each}`} aria-current={each === kind ? "page" : undefined}>
          {each === "cookie" ? "In the cookie" : "In a store"}
        </Link>
      ))}
    </nav>
  );
}
