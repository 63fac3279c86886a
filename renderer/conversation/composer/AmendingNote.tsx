/** A correction or deletion of ours that was refused: what the others still have, why, and once more. */
import { useState } from "react";
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { errorCodeOf } from "../../state/ipc.ts";
import { retryMessage } from "../../state/messages/messages.ts";
import { showError } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "../message/Bubble.module.css";
import { failureKey } from "../message/failure-key.ts";

export function AmendingNote({ message }: { message: Message }) {
  const t = useText();
  const [isBusy, setBusy] = useState(false);
  const { amending } = message;
  if (amending === null || amending.failure === null) return null;
  async function retry(): Promise<void> {
    setBusy(true);
    await retryMessage(message).catch((error: unknown) => showError(errorCodeOf(error)));
    setBusy(false);
  }
  return (
    <div className={styles.failed}>
      <p className={styles.reason}>
        {t(amending.kind === "correction" ? "chat.notCorrected" : "chat.notRetracted")}{" "}
        {t(failureKey(amending.failure.condition))}
      </p>
      <Button size="small" isDisabled={isBusy} onPress={() => void retry()}>
        {t("chat.retry")}
      </Button>
    </div>
  );
}
