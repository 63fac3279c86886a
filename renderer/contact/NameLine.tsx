/**
 * A name in one line. A long address loses the end of its local part, but only the beginning of its domain: the end of
 * the domain identifies its owner, and the local part must not push it out of view.
 */
import { classNames } from "../ui/class-names.ts";
import styles from "./NameLine.module.css";

export interface NameLineProps {
  name: string;
  /** The name is an address. */
  isAddress: boolean;
  className?: string | undefined;
}

export function NameLine({ name, isAddress, className }: NameLineProps) {
  const at = isAddress ? name.indexOf("@") : -1;
  if (at === -1) return <bdi className={classNames(styles.name, className)}>{name}</bdi>;
  return (
    <span className={classNames(styles.address, className)} dir="ltr">
      <bdi className={styles.local}>{name.slice(0, at)}</bdi>
      <span className={styles.domain}>
        <bdi dir="ltr">{name.slice(at)}</bdi>
      </span>
    </span>
  );
}
