/**
 * Who composes a message, below the composer. The line keeps its room, so that nothing moves. Screen readers hear it at
 * most once between two messages: people stop and go on all the time.
 */
import { useState } from "react";
import type { Jid } from "../../../shared/jid.ts";
import { isFull, resourceOf } from "../../../shared/jid-parts.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import { useText } from "../../i18n/index.ts";
import { chatId } from "../../state/chat-id.ts";
import { useComposers } from "../../state/messages/composers.ts";
import { Hidden } from "../../ui/Hidden.tsx";
import styles from "./ComposingLine.module.css";
import { composingText } from "./composing-text.ts";
import { Dots } from "./Dots.tsx";

export interface ComposingLineProps {
  account: AccountId;
  jid: Jid;
  name: string;
  isRoom: boolean;
  /** The newest message of the chat. */
  newest: MessageId | undefined;
}

export function ComposingLine({ account, jid, name, isRoom, newest }: ComposingLineProps) {
  const t = useText();
  const composers = useComposers(chatId({ account, jid }));
  const [spoken, setSpoken] = useState<{ after: MessageId | undefined; text: string } | null>(null);
  const text =
    composers === undefined ? null : composingText(composers, isRoom ? null : isFull(jid) ? resourceOf(jid) : name, t);
  if (text !== null && (spoken === null || spoken.after !== newest)) setSpoken({ after: newest, text });
  return (
    <div className={styles.line}>
      {text !== null && (
        <p className={styles.text} aria-hidden="true">
          <Dots />
          {text}
        </p>
      )}
      <div role="status">
        <Hidden>{spoken?.after === newest ? spoken?.text : null}</Hidden>
      </div>
    </div>
  );
}
