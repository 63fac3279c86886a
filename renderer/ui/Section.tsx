/** The parts of a settings page. */
import { useId, type ReactNode } from "react";
import { classNames } from "./class-names.ts";
import styles from "./Section.module.css";

/** The head of a page. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{title}</h2>
      {children !== undefined && <div className={styles.lead}>{children}</div>}
    </header>
  );
}

/** A titled group of settings on a card. */
export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h3 id={id} className={styles.heading}>
        {title}
      </h3>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      <div className={styles.card}>{children}</div>
    </section>
  );
}

/** One setting of a card: text on the left, control on the right. */
export function Row({ label, children, stacked = false }: { label?: string; children: ReactNode; stacked?: boolean }) {
  return (
    <div className={classNames(styles.row, stacked && styles.stacked)}>
      {label !== undefined && <span className={styles.label}>{label}</span>}
      <div className={styles.control}>{children}</div>
    </div>
  );
}

/** A read-only value. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span className={styles.label}>{label}</span>
      <span className={styles.value}>{children}</span>
    </div>
  );
}
