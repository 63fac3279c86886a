/**
 * A warning below a nickname that resembles another, or an address that breaks the rules: next to it, a long name would
 * leave no space. The line's label must contain it as well.
 */
import { TriangleAlert } from "lucide-react";
import styles from "./LookAlike.module.css";

/** @param why longer than `text` */
export function LookAlike({ text, why = text }: { text: string; why?: string }) {
  return (
    <span className={styles.mark} title={why} aria-hidden="true">
      <TriangleAlert size={12} />
      <span className={styles.words}>{text}</span>
    </span>
  );
}
