import Link from "next/link";
import { NavLink } from "./nav-link";
import styles from "./site-frame.module.css";
import { Vessel } from "./vessel";

export function SiteHeader() {
  return (
    <header className={styles.header}>
      <Link href="/" className={styles.mark}>
        <Vessel level={0.5} size={28} />
        next-beaker
      </Link>
      <nav aria-label="Main">
        <ul className={styles.links}>
          <li>
            <NavLink href="/cookie">Cookie</NavLink>
          </li>
          <li>
            <NavLink href="/store">Store</NavLink>
          </li>
          <li>
            <NavLink href="/race">Race</NavLink>
          </li>
          <li>
            <NavLink href="/account">Account</NavLink>
          </li>
        </ul>
      </nav>
    </header>
  );
}

export function SiteFooter() {
  return (
    <footer className={styles.footer}>
      <p>
        A demo of <strong>next-beaker</strong>, sessions for the Next.js App Router. It works without
        JavaScript; with it, the clocks tick.
      </p>
    </footer>
  );
}
