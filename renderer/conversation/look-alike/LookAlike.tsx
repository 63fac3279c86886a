/**
 * Below a nickname that could be taken for somebody else's: beside it a long name would leave no place for it. Whoever
 * shows it says it in the label of its line.
 */
import { TriangleAlert } from "lucide-react";
import styles from "./LookAlike.module.css";

export function LookAlike({ text }: { text: string }) {
  return (
    <span className={styles.mark} title={text} aria-hidden="true">
      <TriangleAlert size={12} />
      <span className={styles.words}>{text}</span>
    </span>
  );
}
