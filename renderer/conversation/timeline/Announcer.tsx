/**
 * Announces new messages of the open chat to screen readers. The timeline itself cannot be the live region: a virtual
 * list adds and removes messages while scrolling, and all of them would be announced.
 */
import { useState } from "react";
import { actionIn, withAction } from "../../../shared/text/action.ts";
import type { Message } from "../../../shared/model/message.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import { useText } from "../../i18n/index.ts";
import { lineOf } from "../../files/file-text.ts";
import { problemText, unreadableText } from "../message/reading-problem.ts";
import styles from "./Announcer.module.css";

/** Maximum length of an announced text. */
const MOST = 300;

export function Announcer({ message, author }: { message: Message | undefined; author: string }) {
  const t = useText();
  const [known, setKnown] = useState(message?.id);
  const [spoken, setSpoken] = useState("");
  if (message !== undefined && message.id !== known) {
    setKnown(message.id);
    const name = message.writer?.nickname ?? author;
    const problem = readingProblem(message.protection);
    const isAction = problem === null && actionIn(message.body) !== null;
    if (message.direction === "in" && message.retracted === null)
      setSpoken(
        isAction
          ? withAction(lineOf(message, t), name).slice(0, MOST)
          : t("chat.announced", {
              name,
              text:
                message.protection.kind === "unreadable"
                  ? unreadableText(message.protection, name, t)
                  : problem === null
                    ? lineOf(message, t).slice(0, MOST)
                    : problemText(problem, t),
            }),
      );
  }
  return (
    <p className={styles.announcer} aria-live="polite">
      {spoken}
    </p>
  );
}
