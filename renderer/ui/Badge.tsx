/** A small count, such as unread messages. Its row contains the text for screen readers. */
import { formats } from "../i18n/format.ts";
import styles from "./Badge.module.css";
import { classNames } from "./class-names.ts";

export interface BadgeProps {
  count: number;
  tone?: "accent" | "muted";
}

export function Badge({ count, tone = "accent" }: BadgeProps) {
  if (count <= 0) return null;
  return (
    <span className={classNames(styles.badge, styles[tone])} aria-hidden="true">
      {count > 999 ? `${formats().number(999)}+` : formats().number(count)}
    </span>
  );
}
