/**
 * Where messages are written. The text leaves the box only when the core has stored the message; until then,
 * and after every failure, it stays. What is not sent is kept as a draft.
 */
import { Check, SendHorizontal } from "lucide-react";
import { memo, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { Jid } from "../../../shared/jid.ts";
import { isFull } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { MAX_BODY } from "../../../shared/limits.ts";
import { xmlText } from "../../../shared/xml-text.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { useCompletion } from "../mention/use-completion.tsx";
import { useChat } from "../../state/chats.ts";
import { correctMessage, lastOwn, setEditText, startEdit, stopEdit, useEdit } from "../../state/messages/editing.ts";
import { setDraft, useDraft } from "../../state/messages/drafts.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { sendMessage } from "../../state/messages/messages.ts";
import { useSettings } from "../../state/settings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import { composerAction, editsLast } from "./composer-keys.ts";
import styles from "./Composer.module.css";
import { EditBar } from "./EditBar.tsx";
import { EmojiButton } from "../reactions/EmojiButton.tsx";
import { EncryptionButton } from "./EncryptionButton.tsx";
import { focusComposer } from "./focus-composer.ts";

export interface ComposerProps {
  account: AccountId;
  jid: Jid;
  name: string;
  input: RefObject<HTMLTextAreaElement | null>;
  /** A group chat: nicknames complete after an @. */
  isRoom?: boolean;
}

export const Composer = memo(function Composer({ account, jid, name, input, isRoom = false }: ComposerProps) {
  const t = useText();
  const formats = useFormats();
  const enterSends = useSettings((state) => state.settings.enterSends);
  const draft = useDraft({ account, jid });
  const edit = useEdit({ account, jid });
  const chat = useChat(account, jid);
  // Until the chat is known the core decides: it refuses what must not go in the clear.
  const encryption = chat?.encryption ?? "none";
  // A draft is trimmed of nothing but pure white space, which the box must still show while it is typed.
  const [typed, setTyped] = useState<string | null>(null);
  const text =
    edit !== null
      ? edit.text
      : typed !== null && (draft === typed || (draft === "" && typed.trim() === ""))
        ? typed
        : draft;
  const [error, setError] = useState<ErrorCode | null>(null);
  const isSending = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  }, [text]);
  const isTooLong = text.length > MAX_BODY;

  function write(next: string): void {
    setError(null);
    if (edit !== null) return setEditText({ account, jid }, next);
    setTyped(next);
    setDraft({ account, jid }, next);
  }

  function cancelEdit(): void {
    stopEdit({ account, jid });
    setError(null);
    input.current?.focus();
  }

  const completion = useCompletion(isRoom ? `${account} ${jid}` : null, text, input, write);

  async function send(): Promise<void> {
    const body = xmlText(text).trimEnd();
    if (body === "" || isTooLong || isSending.current) return;
    isSending.current = true;
    setBusy(true);
    try {
      if (edit !== null) {
        if (body !== edit.message.body) await correctMessage(edit.message, body);
        return stopEdit({ account, jid });
      }
      await sendMessage({ account, jid }, body, encryption);
      // Whoever types on meanwhile keeps what he typed.
      const now = latest.current;
      write(now.startsWith(text) ? now.slice(text.length) : now);
    } catch (failed) {
      setError(errorCodeOf(failed));
    } finally {
      isSending.current = false;
      setBusy(false);
      input.current?.focus();
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (completion.onKey(event)) return;
    if (event.key === "Escape" && edit !== null && !event.nativeEvent.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      return cancelEdit();
    }
    if (editsLast(event, text)) {
      const last = edit === null ? lastOwn({ account, jid }) : undefined;
      if (last === undefined) return;
      event.preventDefault();
      startEdit(last);
      return focusComposer();
    }
    const { key, shiftKey, ctrlKey, metaKey, altKey, nativeEvent } = event;
    const pressed = {
      key,
      shiftKey,
      ctrlKey,
      metaKey,
      altKey,
      isComposing: nativeEvent.isComposing,
      keyCode: nativeEvent.keyCode,
    };
    if (composerAction(pressed, enterSends) !== "send") return;
    event.preventDefault();
    if (!event.repeat) void send();
  }

  function insert(emoji: string): void {
    const box = input.current;
    if (box === null) return write(text + emoji);
    const start = box.selectionStart;
    write(text.slice(0, start) + emoji + text.slice(box.selectionEnd));
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(start + emoji.length, start + emoji.length);
    });
  }

  const wrong = isTooLong
    ? t("chat.tooLong", { length: formats.number(text.length), max: formats.number(MAX_BODY) })
    : error !== null
      ? t("chat.sendFailed", { reason: t(`error.${error}`) })
      : null;
  return (
    <div className={styles.composer}>
      {completion.list}
      {edit !== null && <EditBar edit={edit} onCancel={cancelEdit} />}
      {wrong !== null && (
        <p id="composer-error" className={styles.error} role="alert">
          {wrong}
        </p>
      )}
      <div className={styles.box} data-wrong={wrong !== null || undefined}>
        <EmojiButton onPick={insert} />
        {chat !== undefined && !isFull(jid) && <EncryptionButton chat={chat} name={name} />}
        <textarea
          ref={input}
          data-composer
          className={styles.input}
          rows={1}
          dir="auto"
          value={text}
          aria-label={t("chat.writeTo", { name })}
          aria-description={t(enterSends ? "chat.hintEnter" : "chat.hintCtrlEnter")}
          aria-invalid={wrong !== null}
          {...(wrong !== null ? { "aria-errormessage": "composer-error" } : {})}
          placeholder={t(
            encryption === "omemo"
              ? "encryption.writeOn"
              : chat?.canEncrypt === true
                ? "encryption.writeOff"
                : "chat.write",
          )}
          spellCheck
          {...completion.attributes}
          onSelect={completion.onSelect}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <span className={styles.send} data-ready={(text.trim() !== "" && !isTooLong) || undefined}>
          <IconButton
            label={t(edit === null ? "chat.send" : "chat.saveEdit")}
            isDisabled={text.trim() === "" || isTooLong || isBusy}
            onPress={() => void send()}
          >
            {edit === null ? <SendHorizontal /> : <Check />}
          </IconButton>
        </span>
      </div>
    </div>
  );
});
