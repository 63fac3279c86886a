/**
 * The composer. The text leaves the box only when the core has stored the message; until then, and after every failure,
 * it stays. Unsent text is kept as a draft.
 */
import { Check, Mic, SendHorizontal, Trash2 } from "lucide-react";
import { memo, useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent, type RefObject } from "react";
import type { Jid } from "../../../shared/jid.ts";
import { isFull } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { MAX_BODY } from "../../../shared/limits.ts";
import { xmlText } from "../../../shared/xml-text.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { useCompletion } from "../mention/use-completion.tsx";
import { useChat } from "../../state/chats.ts";
import { changeEdit, correctMessage, lastOwn, startEdit, stopEdit, useEdit } from "../../state/messages/editing.ts";
import { setDraft, useDraft } from "../../state/messages/drafts.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { sendMessage } from "../../state/messages/messages.ts";
import { useSession } from "../../state/accounts/session.ts";
import { setAsTyped, useAsTyped } from "../../state/messages/as-typed.ts";
import { typed, typingEnded } from "../../state/messages/typing.ts";
import { useSettings } from "../../state/settings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import { attachFiles, sendWithFiles } from "../files/attach.ts";
import { AttachButton } from "../files/AttachButton.tsx";
import { useChosenFiles } from "../files/chosen-files.ts";
import { FileTray } from "../files/FileTray.tsx";
import { record, useRecording } from "../voice/recording.ts";
import { VoiceBar } from "../voice/VoiceBar.tsx";
import { applyChange } from "./apply-change.ts";
import { composerAction, editsLast, styleAction } from "./composer-keys.ts";
import styles from "./Composer.module.css";
import { Retract } from "../message/MessageActions.tsx";
import { EditBar } from "./EditBar.tsx";
import { EmojiButton } from "../reactions/EmojiButton.tsx";
import { EncryptionButton } from "./EncryptionButton.tsx";
import { focusComposer } from "./focus-composer.ts";
import { FormatBar, FormatButton, useFormatBar } from "./FormatBar.tsx";
import { toggleStyle, type Style } from "./toggle-style.ts";

export interface ComposerProps {
  account: AccountId;
  jid: Jid;
  name: string;
  input: RefObject<HTMLTextAreaElement | null>;
  /** A group chat: nicknames are completed after an @. */
  isRoom?: boolean;
}

export const Composer = memo(function Composer({ account, jid, name, input, isRoom = false }: ComposerProps) {
  const t = useText();
  const formats = useFormats();
  const enterSends = useSettings((state) => state.settings.enterSends);
  const isMac = useSession((state) => state.platform === "darwin");
  const draft = useDraft({ account, jid });
  const edit = useEdit({ account, jid });
  const chat = useChat(account, jid);
  // Until the chat is known the core decides: it refuses plaintext where it is not allowed.
  const encryption = chat?.encryption ?? "none";
  // White space alone is not a draft, but the box must show it while it is typed.
  const [shown, setShown] = useState<string | null>(null);
  const text =
    edit !== null
      ? edit.text
      : shown !== null && (draft === shown || (draft === "" && shown.trim() === ""))
        ? shown
        : draft;
  const [error, setError] = useState<ErrorCode | null>(null);
  const chosen = useChosenFiles({ account, jid });
  const recording = useRecording({ account, jid });
  const hasFiles = edit === null && chosen.files.length > 0;
  /** Number of the file that is being handed over; null: none. */
  const [preparing, setPreparing] = useState<number | null>(null);
  const isSending = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  }, [text]);
  const isTooLong = text.length > MAX_BODY;
  // Nothing is corrected to an empty text: others may not show that. Deleting says what is meant.
  const isEmptied = edit !== null && text.trim() === "";
  const [asksToDelete, setAsksToDelete] = useState(false);

  function write(next: string): void {
    setError(null);
    if (edit !== null) return changeEdit({ account, jid }, { text: next });
    setShown(next);
    setDraft({ account, jid }, next);
  }

  /** The user has changed the text, not the program. */
  function type(next: string): void {
    write(next);
    typed({ account, jid }, next);
  }

  function cancelEdit(): void {
    stopEdit({ account, jid });
    setError(null);
    input.current?.focus();
  }

  const isNextAsTyped = useAsTyped({ account, jid });
  const isAsTyped = edit === null ? isNextAsTyped : edit.unstyled;
  const format = {
    isAsTyped,
    onAsTyped(unstyled: boolean): void {
      if (edit === null) setAsTyped({ account, jid }, unstyled);
      else changeEdit({ account, jid }, { unstyled });
    },
    onStyle(style: Style): void {
      const box = input.current;
      if (box !== null) applyChange(box, toggleStyle(box.value, box.selectionStart, box.selectionEnd, style), type);
    },
  };
  const hasFormatBar = useFormatBar(isAsTyped);

  const completion = useCompletion(isRoom ? `${account} ${jid}` : null, text, input, type);

  async function send(): Promise<void> {
    if (isEmptied) return setAsksToDelete(true);
    const body = xmlText(text).trimEnd();
    if ((body === "" && !hasFiles) || isTooLong || isSending.current) return;
    isSending.current = true;
    setBusy(true);
    try {
      if (edit !== null) {
        if (body !== edit.message.body || edit.unstyled !== edit.message.unstyled) await correctMessage(edit, body);
        return stopEdit({ account, jid });
      }
      if (hasFiles) await sendWithFiles({ account, jid }, body, encryption, isAsTyped, setPreparing);
      else await sendMessage({ account, jid }, body, encryption, { unstyled: isAsTyped });
      setAsTyped({ account, jid }, false);
      typingEnded();
      // Text typed in the meantime is kept.
      const now = latest.current;
      write(now.startsWith(text) ? now.slice(text.length) : now);
    } catch (failed) {
      setError(errorCodeOf(failed));
    } finally {
      isSending.current = false;
      setPreparing(null);
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
    const style = isAsTyped ? null : styleAction(pressed, isMac);
    if (style !== null) {
      event.preventDefault();
      return format.onStyle(style);
    }
    if (composerAction(pressed, enterSends) !== "send") return;
    event.preventDefault();
    if (!event.repeat) void send();
  }

  function attach(files: readonly File[]): void {
    attachFiles({ account, jid }, files, t);
    input.current?.focus();
  }

  function onPaste(event: ClipboardEvent<HTMLTextAreaElement>): void {
    const files = [...event.clipboardData.files];
    // A text that an office program copies comes with a picture of itself.
    if (edit !== null || files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    attach(files);
  }

  function insert(emoji: string): void {
    const box = input.current;
    if (box === null) return type(text + emoji);
    const start = box.selectionStart;
    type(text.slice(0, start) + emoji + text.slice(box.selectionEnd));
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
      {edit !== null && asksToDelete && (
        <Retract message={edit.message} onClose={() => setAsksToDelete(false)} onDone={cancelEdit} />
      )}
      {hasFiles && (
        <FileTray
          chat={{ account, jid }}
          chosen={chosen}
          preparing={preparing}
          onEmpty={() => input.current?.focus()}
        />
      )}
      {wrong !== null && (
        <p id="composer-error" className={styles.error} role="alert">
          {wrong}
        </p>
      )}
      {recording !== null ? (
        <VoiceBar
          recording={recording}
          encryption={encryption}
          onEnd={() => requestAnimationFrame(() => input.current?.focus())}
        />
      ) : null}
      <div className={styles.box} hidden={recording !== null} data-wrong={wrong !== null || undefined}>
        {hasFormatBar && <FormatBar {...format} />}
        <EmojiButton onPick={insert} />
        {edit === null && <AttachButton isDisabled={isBusy} onChosen={attach} />}
        <FormatButton {...format} />
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
            hasFiles
              ? "files.caption"
              : encryption === "omemo"
                ? "encryption.writeOn"
                : chat?.canEncrypt === true
                  ? "encryption.writeOff"
                  : "chat.write",
          )}
          spellCheck
          {...completion.attributes}
          onSelect={completion.onSelect}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {edit === null && text.trim() === "" && !hasFiles && (
          <IconButton label={t("voice.record")} isDisabled={isBusy} onPress={() => void record({ account, jid })}>
            <Mic />
          </IconButton>
        )}
        <span className={styles.send} data-ready={((text.trim() !== "" || hasFiles) && !isTooLong) || undefined}>
          <IconButton
            label={t(edit === null ? "chat.send" : isEmptied ? "chat.retract" : "chat.saveEdit")}
            isDisabled={(text.trim() === "" && !isEmptied && !hasFiles) || isTooLong || isBusy}
            onPress={() => void send()}
          >
            {edit === null ? <SendHorizontal /> : isEmptied ? <Trash2 /> : <Check />}
          </IconButton>
        </span>
      </div>
    </div>
  );
});
