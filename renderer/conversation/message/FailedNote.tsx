/** Why our message was not sent, and possible actions. */
import { isFull } from "../../../shared/jid-parts.ts";
import { useState } from "react";
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { setEncryption } from "../../state/chats.ts";
import { discardMessage, editMessage, retryMessage, undiscard } from "../../state/messages/messages.ts";
import { useNavigation } from "../../state/navigation.ts";
import { showToast } from "../../state/toasts.ts";
import { useAct } from "../../state/act.ts";
import { Button } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import styles from "./Bubble.module.css";
import { failureKey } from "./failure-key.ts";
import { focusComposer } from "../composer/focus-composer.ts";
import { TurnOffDialog } from "../composer/TurnOffDialog.tsx";

/** Errors of a room for a private message have other meanings than those of a contact. */
const IN_ROOM: Readonly<Record<string, string>> = {
  "item-not-found": "occupant-gone",
  "recipient-unavailable": "occupant-gone",
  forbidden: "occupant-refused",
  "not-allowed": "occupant-refused",
  "not-acceptable": "occupant-refused",
};

async function edit(message: Message): Promise<null> {
  await editMessage(message);
  focusComposer();
  return null;
}

/**
 * Sends nothing: turns encryption off and returns the text to the composer, so that the user sees it before sending.
 */
async function editInTheClear(message: Message): Promise<null> {
  return (await setEncryption({ account: message.account, jid: message.chat }, "none")) ? edit(message) : null;
}

export function FailedNote({ message }: { message: Message }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const told = message.failure?.condition ?? "";
  const condition = isFull(message.chat) && Object.hasOwn(IN_ROOM, told) ? IN_ROOM[told]! : told;
  const said = message.failure?.text.trim() ?? "";
  const isOurs = condition.startsWith("omemo-");

  function showKeys(): void {
    const { showDevices, showDialog } = useNavigation.getState();
    const { account, chat: jid, writer } = message;
    if (writer === null || isFull(jid)) showDevices({ account, jid });
    else showDialog({ kind: "readers", account, jid });
  }

  async function remove(one: Message): Promise<void> {
    await discardMessage(one);
    const undo = (): void => {
      undiscard(one);
      focusComposer();
    };
    showToast({ tone: "neutral", text: t("chat.deleted"), action: { label: t("chat.undo"), run: undo } });
  }

  return (
    <div className={styles.failed}>
      <p className={classNames(styles.reason, isOurs && styles.wholeLine)}>
        {t(failureKey(condition))}
        {said !== "" && !isOurs && <bdi> {t("failure.said", { text: said })}</bdi>}
      </p>
      {condition === "omemo-untrusted" && (
        <Button size="small" onPress={showKeys}>
          {t("encryption.openDevices")}
        </Button>
      )}
      <Button size="small" isDisabled={isBusy} onPress={() => void act(() => retryMessage(message))}>
        {t("chat.retry")}
      </Button>
      <Button size="small" isDisabled={isBusy} onPress={() => void act(() => edit(message))}>
        {t("chat.edit")}
      </Button>
      {isOurs && (
        <Button size="small" isDisabled={isBusy} onPress={() => setAsking(true)}>
          {t("encryption.plain")}
        </Button>
      )}
      <Button size="small" variant="danger-quiet" isDisabled={isBusy} onPress={() => void act(() => remove(message))}>
        {t("chat.delete")}
      </Button>
      {isOurs && (
        <TurnOffDialog
          isOpen={isAsking}
          title={t("encryption.plainTitle")}
          text={t("encryption.plainText")}
          onClose={() => setAsking(false)}
          onConfirm={() => void act(() => editInTheClear(message))}
        />
      )}
    </div>
  );
}
