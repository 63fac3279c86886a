/** The button of a message, its menu, and its dialogs. */
import { Ellipsis, Eraser, History, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { createPortal } from "react-dom";
import type { Message, Version } from "../../../shared/model/message.ts";
import { ContextMenu } from "../../ui/menu/ContextMenu.tsx";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { FormDialog } from "../../ui/form/FormDialog.tsx";
import { isolated } from "../../ui/nickname.ts";
import { retractMessage } from "../../state/messages/editing.ts";
import { call } from "../../state/ipc.ts";
import { attempt } from "../../state/act.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/fields/TextField.tsx";
import { lineOf } from "../../files/file-text.ts";
import { messageMenu, type MessageQuestion } from "./message-menu.tsx";
import styles from "./MessageActions.module.css";

export interface MessageActionsProps {
  message: Message;
  /** Author and time as text. */
  name: string;
  time: string;
  /** Reached by Tab; those of other messages by arrows. */
  isTabStop: boolean;
  /** Where the menu was opened with the pointer; null: not. */
  asked: { x: number; y: number } | null;
  onClosed(): void;
}

export function MessageActions({ message, name, time, isTabStop, asked, onClosed }: MessageActionsProps) {
  const t = useText();
  const [pressed, setPressed] = useState<{ x: number; y: number } | null>(null);
  const [question, setQuestion] = useState<MessageQuestion | null>(null);
  const place = asked ?? pressed;
  const close = (): void => {
    setPressed(null);
    onClosed();
  };
  const label = t("chat.actions", { name: isolated(name), time });
  return (
    <>
      <Button
        className={styles.button ?? ""}
        data-message-actions=""
        data-open={place !== null || undefined}
        excludeFromTabOrder={!isTabStop}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={place !== null}
        onPress={({ target }) => {
          const box = target.getBoundingClientRect();
          setPressed({ x: box.left, y: box.bottom });
        }}
      >
        <Ellipsis aria-hidden="true" />
      </Button>
      {/* Rendered outside the list, because its rows contain their content and would clip the menu. */}
      {place !== null &&
        createPortal(
          <ContextMenu
            label={label}
            entries={messageMenu(message, setQuestion)}
            x={place.x}
            y={place.y}
            onClose={close}
          />,
          document.body,
        )}
      {question === "retract" && <Retract message={message} onClose={() => setQuestion(null)} />}
      {question === "moderate" && <Moderate message={message} name={name} onClose={() => setQuestion(null)} />}
      {question === "versions" && <Versions message={message} onClose={() => setQuestion(null)} />}
    </>
  );
}

interface QuestionProps {
  message: Message;
  onClose(): void;
}

export function Retract({ message, onClose, onDone }: QuestionProps & { onDone?(): void }) {
  const t = useText();
  async function act(): Promise<boolean> {
    await retractMessage(message);
    onDone?.();
    return true;
  }
  return (
    <FormDialog
      title={t("chat.retractTitle")}
      icon={<Trash2 />}
      tone="danger"
      submit={t("chat.delete")}
      onClose={onClose}
      onSubmit={act}
    >
      <p className={styles.quoted} dir="auto">
        {lineOf(message, t).slice(0, 300)}
      </p>
      <p>{t("chat.retractText")}</p>
    </FormDialog>
  );
}

function Moderate({ message, name, onClose }: QuestionProps & { name: string }) {
  const t = useText();
  const [reason, setReason] = useState("");
  async function act(): Promise<boolean> {
    await call("message.moderate", { account: message.account, id: message.id, reason: reason.trim() });
    return true;
  }
  return (
    <FormDialog
      title={t("chat.moderateTitle", { name: isolated(name) })}
      icon={<Eraser />}
      tone="danger"
      submit={t("chat.remove")}
      onClose={onClose}
      onSubmit={act}
    >
      <p className={styles.quoted} dir="auto">
        {lineOf(message, t).slice(0, 300)}
      </p>
      <p>{t("chat.moderateText")}</p>
      <TextField
        label={t("room.reason")}
        value={reason}
        onChange={setReason}
        maxLength={512}
        autoComplete="off"
        autoFocus
      />
    </FormDialog>
  );
}

function Versions({ message, onClose }: QuestionProps) {
  const t = useText();
  const formats = useFormats();
  const [versions, setVersions] = useState<readonly Version[]>([]);
  const { account, id, editedAt } = message;
  useEffect(() => {
    let isCurrent = true;
    void attempt(
      call("message.versions", { account, id }).then(
        (answer) => isCurrent && setVersions(answer.versions.toReversed()),
      ),
    );
    return () => void (isCurrent = false);
  }, [account, id, editedAt]);
  return (
    <Dialog isOpen onClose={onClose} title={t("chat.versionsTitle")} icon={<History />} size="medium">
      <ol className={styles.versions} aria-label={t("chat.versionsTitle")}>
        {versions.map(({ body, files, at }, index) => (
          <li key={index} className={styles.version}>
            <p className={styles.when}>
              {index === 0 ? t("chat.versionNow", { time: formats.dateTime(at) }) : formats.dateTime(at)}
            </p>
            <p className={styles.text} dir="auto">
              {[...files, body].filter((one) => one !== "").join("\n") || t("chat.emptied")}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
