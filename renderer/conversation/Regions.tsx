/**
 * What is to be known above and below the messages of a conversation. These live regions are always there: one that
 * comes with its text is not read out.
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

/** Why nothing can be written, or what to know before. */
export function StandingLine({ children }: { children: ReactNode }) {
  return (
    <div className={styles.line} role="status">
      {children}
    </div>
  );
}
