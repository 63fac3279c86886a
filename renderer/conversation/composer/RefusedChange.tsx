/** Our refused correction or retraction: what others still see, the reason, and a button to try again. */
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { retryMessage } from "../../state/messages/messages.ts";
import { useAct } from "../../state/act.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "../message/Bubble.module.css";
import { failureKey } from "../message/failure-key.ts";

export function RefusedChange({ message }: { message: Message }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const { pendingChange } = message;
  if (pendingChange === null || pendingChange.failure === null) return null;
  return (
    <div className={styles.failed}>
      <p className={styles.reason}>
        {t(pendingChange.kind === "correction" ? "chat.notCorrected" : "chat.notRetracted")}{" "}
        {t(failureKey(pendingChange.failure.condition))}
      </p>
      <Button size="small" isDisabled={isBusy} onPress={() => void act(() => retryMessage(message))}>
        {t("chat.retry")}
      </Button>
    </div>
  );
}
