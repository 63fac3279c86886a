/** Something that takes long, of unknown length. */
import { LoaderCircle } from "lucide-react";
import styles from "./Spinner.module.css";

export interface SpinnerProps {
  /** Said to screen readers; absent: the control around it says so. */
  label?: string;
  /** CSS; absent: as the control around it draws its icons. */
  size?: string;
}

export function Spinner({ label, size }: SpinnerProps) {
  const sides = size === undefined ? {} : { width: size, height: size };
  return label === undefined ? (
    <LoaderCircle className={styles.spinner} {...sides} aria-hidden="true" />
  ) : (
    <LoaderCircle className={styles.spinner} {...sides} role="status" aria-label={label} />
  );
}
