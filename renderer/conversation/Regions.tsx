/**
 * Live regions above and below the messages of a conversation. They always exist: one that is inserted together with
 * its text is not announced.
 */
import type { ReactNode } from "react";
import styles from "./Regions.module.css";

export function Banners({ children }: { children: ReactNode }) {
  return (
    <div className={styles.banners} role="status">
      {children}
    </div>
  );
}

/** Why writing is not possible, or a warning. */
export function StandingLine({ children }: { children: ReactNode }) {
  return (
    <div className={styles.line} role="status">
      {children}
    </div>
  );
}
