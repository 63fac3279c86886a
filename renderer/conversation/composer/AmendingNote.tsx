/** A correction or deletion of ours that was refused: what the others still have, why, and once more. */
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { retryMessage } from "../../state/messages/messages.ts";
import { useAct } from "../../state/act.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "../message/Bubble.module.css";
import { failureKey } from "../message/failure-key.ts";

export function AmendingNote({ message }: { message: Message }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const { amending } = message;
  if (amending === null || amending.failure === null) return null;
  return (
    <div className={styles.failed}>
      <p className={styles.reason}>
        {t(amending.kind === "correction" ? "chat.notCorrected" : "chat.notRetracted")}{" "}
        {t(failureKey(amending.failure.condition))}
      </p>
      <Button size="small" isDisabled={isBusy} onPress={() => void act(() => retryMessage(message))}>
        {t("chat.retry")}
      </Button>
    </div>
  );
}
