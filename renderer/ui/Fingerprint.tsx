/** A fingerprint or key in groups, so that two people can compare it aloud. */
import styles from "./Fingerprint.module.css";
import { classNames } from "./class-names.ts";

/** Splits hex digits into upper-case groups of four. */
export const inGroups = (hex: string): string[] => hex.toUpperCase().match(/.{1,4}/g) ?? [];

export interface FingerprintProps {
  label: string;
  /** Hex digits. */
  value: string;
  /** How to split it; default: groups of four. */
  groups?(hex: string): string[];
  muted?: boolean;
  /** Groups that differ from this one are marked. */
  compareWith?: string;
}

export function Fingerprint({ label, value, groups = inGroups, muted = false, compareWith }: FingerprintProps) {
  const others = compareWith === undefined ? null : groups(compareWith);
  const shown = groups(value);
  return (
    <figure className={classNames(styles.figure, muted && styles.muted)}>
      <figcaption className={styles.label}>{label}</figcaption>
      <code className={classNames(styles.groups, shown.length <= 8 && styles.wide)}>
        {shown.map((group, place) => (
          // Spaces between the groups are copied too.
          <span
            key={place}
            className={classNames(styles.group, others !== null && others[place] !== group && styles.differs)}
          >
            {`${group} `}
          </span>
        ))}
      </code>
    </figure>
  );
}
