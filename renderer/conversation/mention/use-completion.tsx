/** The list of nicknames after an @ in the composer: arrows move, Enter or Tab chooses, Escape closes. */
import { useDeferredValue, useId, useMemo, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { useText } from "../../i18n/index.ts";
import { useMessages } from "../../state/messages/messages.ts";
import { useOccupants } from "../../state/rooms/occupants.ts";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { complete, matching, mentionAt } from "./mention.ts";
import { colourOf } from "../../ui/nickname.ts";
import styles from "./Completion.module.css";

/** Maximum number of nicknames that are offered. */
const MOST = 8;
/** Number of recent messages whose authors are offered first. */
const RECENT = 60;

/** The other occupants; recent authors come first. */
function nicknamesOf(room: string): string[] {
  const { byNickname } = useOccupants.getState();
  const names = new Set<string>();
  for (const { writer } of (useMessages.getState().timelines[room]?.messages ?? []).slice(-RECENT).reverse()) {
    if (writer !== null && byNickname.has(writer.nickname)) names.add(writer.nickname);
  }
  for (const nickname of [...byNickname.keys()].sort()) names.add(nickname);
  return [...names].filter((one) => byNickname.get(one)?.self !== true);
}

export interface Completion {
  /** The list, while it is open. */
  list: ReactNode;
  /** For the text area, which keeps the focus. */
  attributes: Record<string, string>;
  onSelect(): void;
  /** @returns whether the list handled the key */
  onKey(event: KeyboardEvent): boolean;
}

/** @param room id of the room's chat, or null if mentions are not possible */
export function useCompletion(
  room: string | null,
  text: string,
  input: RefObject<HTMLTextAreaElement | null>,
  write: (text: string) => void,
): Completion {
  const t = useText();
  const id = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [marked, setMarked] = useState(0);
  /** The @ at which Escape was pressed. */
  const [closed, setClosed] = useState<number | null>(null);
  const here = useOccupants((state) => (room !== null && state.room === room ? state.members : -1));
  const asked = room === null || here === -1 ? null : mentionAt(text, caret);
  const isAsking = asked !== null;
  // Thousands may join and leave: the list is computed only while it is open, after the letter is rendered.
  const members = useDeferredValue(here);
  const nicknames = useMemo(() => {
    void members;
    return isAsking && room !== null ? nicknamesOf(room) : [];
  }, [isAsking, room, members]);
  const found = asked === null || asked.from === closed ? [] : matching(asked.query, nicknames, MOST);
  const at = Math.min(marked, found.length - 1);

  function take(nickname: string): void {
    if (asked === null || caret === null) return;
    const { byNickname } = useOccupants.getState();
    const next = complete(text, asked, caret, nickname, (name) => byNickname.has(name));
    write(next.text);
    setCaret(null);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.caret, next.caret);
    });
  }

  function onKey(event: KeyboardEvent): boolean {
    const { isComposing, keyCode } = event.nativeEvent;
    if (found.length === 0 || isComposing || keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey)
      return false;
    const nickname = found[at];
    if (event.key === "ArrowDown") setMarked((at + 1) % found.length);
    else if (event.key === "ArrowUp") setMarked((at + found.length - 1) % found.length);
    else if (event.key === "Escape") setClosed(asked?.from ?? null);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && nickname !== undefined)
      take(nickname);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  function onSelect(): void {
    const box = input.current;
    const next = box === null || box.selectionStart !== box.selectionEnd ? null : box.selectionStart;
    if (next === caret) return;
    setCaret(next);
    setMarked(0);
    if (mentionAt(box?.value ?? "", next)?.from !== closed) setClosed(null);
  }

  const { byNickname } = useOccupants.getState();
  const list =
    room === null ? null : (
      <>
        <p className={styles.spoken} role="status">
          {found.length > 0 ? t("room.offered", { count: found.length }) : ""}
        </p>
        {found.length > 0 && (
          <ul id={id} className={styles.list} role="listbox" aria-label={t("room.nicknames")}>
            {found.map((nickname, index) => (
              // The text area handles the keyboard and keeps the focus.
              <li
                key={nickname}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                className={styles.option}
                onPointerMove={() => setMarked(index)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => take(nickname)}
              >
                <Avatar
                  jid={colourOf(byNickname.get(nickname) ?? { jid: null, nickname })}
                  name={nickname}
                  size="small"
                />
                <bdi className={styles.name}>{nickname}</bdi>
              </li>
            ))}
          </ul>
        )}
      </>
    );
  const attributes: Record<string, string> =
    room === null
      ? {}
      : {
          "aria-autocomplete": "list",
          ...(found.length > 0 ? { "aria-controls": id, "aria-activedescendant": `${id}-${at}` } : {}),
        };
  return { list, attributes, onSelect, onKey };
}
