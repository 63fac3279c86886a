/**
 * Reads new messages of the open chat to those who listen. The timeline itself cannot be the live region: a
 * virtual list adds and removes messages with every scroll, and all of them would be read.
 */
import { useState } from "react";
import type { Message } from "../../../shared/model/message.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import { useText } from "../../i18n/index.ts";
import { problemWords } from "../message/reading-problem.ts";
import styles from "./Announcer.module.css";

/** Longest text that is read out. */
const MOST = 300;

export function Announcer({ message, author }: { message: Message | undefined; author: string }) {
  const t = useText();
  const [known, setKnown] = useState(message?.id);
  const [spoken, setSpoken] = useState("");
  if (message !== undefined && message.id !== known) {
    setKnown(message.id);
    const problem = readingProblem(message.protection);
    if (message.direction === "in" && message.retracted === null)
      setSpoken(
        t("chat.announced", {
          name: message.writer?.nickname ?? author,
          text: problem === null ? message.body.slice(0, MOST) : problemWords(problem, t),
        }),
      );
  }
  return (
    <p className={styles.announcer} aria-live="polite">
      {spoken}
    </p>
  );
}
