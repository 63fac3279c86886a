/**
 * A name in one line. An address that is too long loses the end of its local part, and of its domain only the
 * beginning: the end of the domain says whose address it is, and must not be pushed out of sight by whoever chose the
 * rest.
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
