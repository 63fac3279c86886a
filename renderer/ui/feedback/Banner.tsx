/** A strip across a column that shows a lasting state, with possible actions. */
import type { ReactNode } from "react";
import styles from "./Banner.module.css";
import type { Tone } from "./Callout.tsx";
import { classNames } from "../class-names.ts";

export interface BannerProps {
  tone?: Tone;
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Banner({ tone = "neutral", icon, title, children, actions }: BannerProps) {
  return (
    <div className={classNames(styles.banner, styles[tone])}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children !== undefined && <div className={styles.text}>{children}</div>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
