/** Questions of others above the chat list: a card each, with the answers as buttons. */
import { useState, type ReactNode } from "react";
import { Button } from "../Button.tsx";
import styles from "./Cards.module.css";

export function Cards({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={styles.cards} aria-label={label}>
      {children}
    </section>
  );
}

export interface CardAnswer {
  text: string;
  /** Includes the person or room, for a screen reader. */
  label: string;
  isPrimary?: boolean;
  run(): Promise<unknown>;
}

export interface CardProps {
  picture: ReactNode;
  title: string;
  /** The address of the person, if the title does not contain it. */
  jid: string | null;
  /** Their text: see `CardQuote`. */
  children: ReactNode;
  answers: readonly CardAnswer[];
}

export function Card({ picture, title, jid, children, answers }: CardProps) {
  const [isBusy, setBusy] = useState(false);
  async function give(answer: CardAnswer): Promise<void> {
    setBusy(true);
    await answer.run();
    setBusy(false);
  }
  return (
    <li className={styles.card}>
      {picture}
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {jid !== null && (
          <p className={styles.jid}>
            <bdi>{jid}</bdi>
          </p>
        )}
        {children}
        <div className={styles.actions}>
          {answers.map((one) => (
            <Button
              key={one.text}
              size="small"
              variant={one.isPrimary === true ? "primary" : "secondary"}
              isDisabled={isBusy}
              aria-label={one.label}
              onPress={() => void give(one)}
            >
              {one.text}
            </Button>
          ))}
        </div>
      </div>
    </li>
  );
}

/** A stranger's text: a short quotation, as plain text. */
export function CardQuote({ children, dir }: { children: string; dir?: "auto" }) {
  return (
    <p className={styles.said} dir={dir}>
      {children}
    </p>
  );
}
