/** A box with an important text inside a view. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Callout.module.css";
import { classNames } from "../class-names.ts";

export type Tone = "neutral" | "success" | "warning" | "danger";
const ICONS = { neutral: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert };

export interface CalloutProps {
  tone?: Tone;
  title?: string;
  /** Announced at once when it appears. */
  isAlert?: boolean;
  children: ReactNode;
  actions?: ReactNode;
}

export function Callout({ tone = "neutral", title, isAlert = false, children, actions }: CalloutProps) {
  const Icon = ICONS[tone];
  return (
    <div className={classNames(styles.callout, styles[tone])} role={isAlert ? "alert" : undefined}>
      <Icon className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        {title !== undefined && <p className={styles.title}>{title}</p>}
        <div className={styles.text}>{children}</div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}
