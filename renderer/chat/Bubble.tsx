/** One message: bubble, time, delivery state, and what can be done when it failed. */
import { memo, useState } from "react";
import type { Message } from "../../shared/model/message.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { english } from "../i18n/en/index.ts";
import { errorCodeOf } from "../state/ipc.ts";
import { discardMessage, editMessage, retryMessage, undiscard } from "../state/messages.ts";
import { showError, showToast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { classNames } from "../ui/class-names.ts";
import { largeEmoji } from "./body.ts";
import styles from "./Bubble.module.css";
import { focusComposer } from "./focus-composer.ts";
import { DeliveryIcon } from "./DeliveryIcon.tsx";
import { MessageText } from "./MessageText.tsx";

type Failure = Exclude<keyof (typeof english)["failure"], "said">;
/** The sentence of a stanza error condition; what came from the network is never used as a key unchecked. */
const failureKey = (condition: string): `failure.${Failure}` =>
  condition !== "said" && Object.hasOwn(english.failure, condition) ? `failure.${condition as Failure}` : "failure.other";

function FailedNote({ message }: { message: Message }) {
  const t = useText();
  const [isBusy, setBusy] = useState(false);
  const said = message.failure?.text.trim() ?? "";
  async function act(action: (message: Message) => Promise<null>): Promise<void> {
    setBusy(true);
    try {
      await action(message);
    } catch (error) {
      showError(errorCodeOf(error));
    } finally {
      setBusy(false);
    }
  }
  async function edit(one: Message): Promise<null> {
    await editMessage(one);
    focusComposer();
    return null;
  }
  async function remove(one: Message): Promise<null> {
    await discardMessage(one);
    const undo = (): void => {
      undiscard(one);
      focusComposer();
    };
    showToast({ tone: "neutral", text: t("chat.deleted"), action: { label: t("chat.undo"), run: undo } });
    return null;
  }
  return (
    <div className={styles.failed}>
      <p className={styles.reason}>
        {t(failureKey(message.failure?.condition ?? ""))}
        {said !== "" && <bdi> {t("failure.said", { text: said })}</bdi>}
      </p>
      <Button size="small" variant="secondary" isDisabled={isBusy} onPress={() => void act(retryMessage)}>
        {t("chat.retry")}
      </Button>
      <Button size="small" variant="secondary" isDisabled={isBusy} onPress={() => void act(edit)}>
        {t("chat.edit")}
      </Button>
      <Button size="small" variant="danger-quiet" isDisabled={isBusy} onPress={() => void act(remove)}>
        {t("chat.delete")}
      </Button>
    </div>
  );
}

export interface BubbleProps {
  message: Message;
  /** Of whoever wrote it. */
  author: string;
  opens: boolean;
  closes: boolean;
}

export const Bubble = memo(function Bubble({ message, author, opens, closes }: BubbleProps) {
  const t = useText();
  const formats = useFormats();
  const time = formats.time(message.sentAt);
  const isOut = message.direction === "out";
  const name = isOut ? t("chat.you") : author;
  const label =
    message.delivery === null ? t("chat.saysAt", { name, time }) : t("chat.saysAtState", { name, time, state: t(`chat.${message.delivery}`) });
  const meta = (
    <>
      {time}
      {message.delivery !== null && <DeliveryIcon delivery={message.delivery} />}
    </>
  );
  return (
    <article
      className={classNames(styles.row, isOut ? styles.out : styles.in, opens && styles.opens, closes && styles.closes)}
      aria-label={label}
      data-message={message.id}
    >
      <div className={classNames(styles.bubble, largeEmoji(message.body) > 0 && styles.bare, message.delivery === "failed" && styles.unsent)} dir="auto">
        <span>
          <MessageText body={message.body} />
        </span>
        {/* As wide as the time, so that the last line never runs into it. */}
        <span className={styles.room} dir="ltr" aria-hidden="true">
          {meta}
        </span>
        <time className={styles.meta} aria-hidden="true" title={formats.dateTime(message.sentAt)} dateTime={new Date(message.sentAt).toISOString()}>
          <span className={styles.stamp} dir="ltr">
            {meta}
          </span>
        </time>
      </div>
      {message.delivery === "failed" && <FailedNote message={message} />}
    </article>
  );
});
