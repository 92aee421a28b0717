"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import styles from "./site-frame.module.css";

export function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const here = usePathname() === href;
  return (
    <Link href={href} className={styles.link} aria-current={here ? "page" : undefined}>
      {children}
    </Link>
  );
}
