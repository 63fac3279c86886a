/**
 * Ctrl/Cmd+K: opens a chat or contact by a few letters of the name, or an address; also accepts `xmpp:` links. A
 * combobox (ARIA APG): the focus stays in the field, arrows move the selection.
 */
import { Link2, MessageCirclePlus, MessagesSquare, Search, UserRoundPlus, UsersRound } from "lucide-react";
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { isFull, toBare } from "../../shared/jid-parts.ts";
import { looksLikeXmppUri } from "../../shared/link.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { nameOf, privateName } from "../state/names.ts";
import { useText } from "../i18n/index.ts";
import { chatId } from "../state/chat-id.ts";
import { firstAccount } from "../roster/AccountChoice.tsx";
import { loadMoreChats, useChats } from "../state/chats.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { roomName, useRooms } from "../state/rooms/rooms.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { useNavigation } from "../state/navigation.ts";
import { requestUri } from "../state/uri.ts";
import { Avatar } from "../ui/avatar/Avatar.tsx";
import { Badge } from "../ui/Badge.tsx";
import { foldText, fuzzyFind } from "../state/fuzzy.ts";
import styles from "./Switcher.module.css";
import { typedProblem, useAddress } from "../state/address.ts";

export interface SwitcherProps {
  isOpen: boolean;
  /** Only chats are offered, and the chosen one is passed; null: it is opened, and there are addresses and actions. */
  onChoose?: ((chat: ChatKey) => void) | null;
  /** What is chosen; else "jump to". */
  title?: string;
  onClose(): void;
}

/** `chat` exists, `new` is an address; the others open their dialog. */
type TargetKind = "chat" | "room" | "new" | "link" | "join-address" | "join" | "create" | "invite";

interface Target {
  id: string;
  /** Null if there is no chat yet. */
  at: ChatKey | null;
  /** The name; for a link the link itself. */
  name: string;
  kind: TargetKind;
}

const ICONS = {
  new: MessageCirclePlus,
  link: Link2,
  "join-address": UsersRound,
  join: UsersRound,
  create: MessagesSquare,
  invite: UserRoundPlus,
};

/** Opens the chat or dialog. */
function go({ kind, at, name }: Target): void {
  const { open, showDialog } = useNavigation.getState();
  if (kind === "invite") showDialog({ kind: "invite-link" });
  else if (kind === "link") requestUri(name);
  else if (kind === "join" || kind === "join-address")
    showDialog({
      kind: "join",
      at: at !== null && !isFull(at.jid) ? { account: at.account, jid: at.jid } : null,
    });
  else if (kind === "create") showDialog({ kind });
  else if (at !== null) open(at);
}

/** Maximum number of results. */
const MOST = 40;

/** Chats in order, then rooms and contacts without a chat. */
function everybody(): Target[] {
  const { order, byId: chats } = useChats.getState();
  const { byId: contacts } = useContacts.getState();
  const { byId: rooms } = useRooms.getState();
  const targets: Target[] = [];
  for (const id of order) {
    const chat = chats.get(id);
    if (chat === undefined) continue;
    const isRoom = chat.kind === "room";
    const name = isRoom
      ? roomName(rooms.get(id), chat.jid)
      : isFull(chat.jid)
        ? privateName(chat.jid, rooms.get(chatId({ account: chat.account, jid: toBare(chat.jid) })))
        : nameOf(contacts.get(id), chat.jid);
    targets.push({ id, at: { account: chat.account, jid: chat.jid }, name, kind: isRoom ? "room" : "chat" });
  }
  for (const [id, room] of rooms) {
    if (!chats.has(id))
      targets.push({ id, at: { account: room.account, jid: room.jid }, name: roomName(room, room.jid), kind: "room" });
  }
  for (const [id, contact] of contacts) {
    if (!chats.has(id))
      targets.push({
        id,
        at: { account: contact.account, jid: contact.jid },
        name: nameOf(contact, contact.jid),
        kind: "chat",
      });
  }
  return targets;
}

function Option({
  target,
  isMarked,
  id,
  onPick,
  onMark,
}: {
  target: Target;
  isMarked: boolean;
  id: string;
  onPick(): void;
  onMark(): void;
}) {
  const t = useText();
  const Icon = target.kind === "chat" || target.kind === "room" ? null : ICONS[target.kind];
  const show = useContacts((state) => state.byId.get(target.id)?.show);
  const unread = useChats((state) => state.byId.get(target.id)?.unread ?? 0);
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isMarked) element.current?.scrollIntoView({ block: "nearest" });
  }, [isMarked]);
  return (
    // The field handles the keyboard and keeps the focus.
    <li
      ref={element}
      id={id}
      role="option"
      aria-selected={isMarked}
      className={styles.option}
      onPointerMove={onMark}
      onClick={onPick}
    >
      {Icon !== null ? (
        <span className={styles.new} aria-hidden="true">
          <Icon />
        </span>
      ) : (
        <Avatar jid={target.at?.jid ?? ""} name={target.name} isGroup={target.kind === "room"} show={show} />
      )}
      <bdi className={styles.name}>
        {target.kind === "link" ? t("uri.openLink", { uri: target.name }) : target.name}
      </bdi>
      {Icon === null && <bdi className={styles.jid}>{target.at?.jid}</bdi>}
      <Badge count={unread} />
    </li>
  );
}

function Body({ title, onChoose = null, onClose }: Omit<SwitcherProps, "isOpen"> & { title: string }) {
  const t = useText();
  const listId = useId();
  const [text, setText] = useState("");
  const [marked, setMarked] = useState(0);
  const query = useDeferredValue(text);
  const order = useChats((state) => state.order);
  const revision = useContacts((state) => state.revision);
  const roomRevision = useRooms((state) => state.revision);
  const check = useAddress(text);
  const { jid } = check;
  const problem = typedProblem(text, check);

  useEffect(() => {
    // Searches all chats, not only those loaded by scrolling.
    void (async () => {
      while (useChats.getState().hasMore) await loadMoreChats();
    })();
  }, []);

  const known = useMemo(() => {
    void order;
    void revision;
    void roomRevision;
    return everybody().map((target) => ({ target, texts: [foldText(target.name), foldText(target.at?.jid ?? "")] }));
  }, [order, revision, roomRevision]);
  const targets = useMemo((): Target[] => {
    // A whole link; the user is asked about it after choosing it.
    if (onChoose === null && looksLikeXmppUri(query))
      return [{ id: "link", at: null, name: query.trim(), kind: "link" }];
    const found = fuzzyFind(query, known, (one) => one.texts, MOST).map((one) => one.target);
    if (onChoose !== null) return found;
    const account = firstAccount();
    const isKnown = jid !== null && found.some((one) => one.at?.jid === jid);
    const actions: Target[] = [];
    if (jid !== null && account !== null && !isKnown) {
      actions.push({ id: `new ${jid}`, at: { account, jid }, name: t("chat.newChatWith", { jid }), kind: "new" });
      actions.push({
        id: `join ${jid}`,
        at: { account, jid },
        name: t("room.joinNamed", { jid }),
        kind: "join-address",
      });
    }
    const wanted = foldText(query.trim());
    for (const [kind, name] of [
      ["create", t("room.newTitle")],
      ["join", t("room.joinTitle")],
      ["invite", t("registration.inviteTitle")],
    ] as const) {
      if (account !== null && wanted.length > 1 && foldText(name).includes(wanted))
        actions.push({ id: kind, at: null, name, kind });
    }
    return [...found, ...actions];
  }, [query, known, jid, t, onChoose]);
  const open = (target: Target): void => (onChoose === null || target.at === null ? go(target) : onChoose(target.at));
  const at = Math.min(marked, targets.length - 1);
  /** The text when Enter was pressed before its results arrived: the first is opened as soon as they do. */
  const [entered, setEntered] = useState<string | null>(null);

  function pick(target: Target | undefined): void {
    if (target === undefined) return;
    onClose();
    open(target);
  }

  function enter(): void {
    // Results of an older text must not be opened for a newer one.
    if (query === text && targets.length > 0) pick(targets[at]);
    else setEntered(text);
  }

  const awaited = entered === text && query === text ? targets[at] : undefined;
  const isOpened = useRef(false);
  useEffect(() => {
    // Only once: the list stays for a moment while it fades out.
    if (awaited === undefined || isOpened.current) return;
    isOpened.current = true;
    onClose();
    open(awaited);
  });

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const count = targets.length;
    if (event.key === "ArrowDown" && count > 0) setMarked((at + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) setMarked((at + count - 1) % count);
    else if (event.key === "Enter") enter();
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div className={styles.field}>
        <Search aria-hidden="true" />
        <input
          className={styles.input}
          role="combobox"
          aria-label={title}
          aria-expanded={targets.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          {...(at >= 0 ? { "aria-activedescendant": `${listId}-${at}` } : {})}
          placeholder={t("chat.switcherPlaceholder")}
          value={text}
          maxLength={8192}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          onChange={(event) => {
            setText(event.target.value);
            setMarked(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {targets.length === 0 ? (
        <div className={styles.none}>
          <p>{t("chat.switcherEmpty")}</p>
          <p className={styles.hint}>{t(problem ?? "chat.switcherEmptyHint")}</p>
        </div>
      ) : (
        <>
          <p className={styles.heading} aria-hidden="true">
            {query.trim() === "" ? t("chat.recent") : t("chat.results")}
          </p>
          <ul id={listId} role="listbox" aria-label={t("chat.results")} className={styles.options}>
            {targets.map((target, index) => (
              <Option
                key={`${target.kind} ${target.id}`}
                id={`${listId}-${index}`}
                target={target}
                isMarked={index === at}
                onPick={() => pick(target)}
                onMark={() => setMarked(index)}
              />
            ))}
          </ul>
        </>
      )}
      <p className={styles.spoken} role="status">
        {t("chat.resultCount", { count: targets.length })}
      </p>
      <footer className={styles.keys} aria-hidden="true">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {t("chat.keyMove")}
        </span>
        <span>
          <kbd>↵</kbd> {t("chat.keyOpen")}
        </span>
        <span>
          <kbd>{t("chat.keyEscape")}</kbd> {t("chat.keyClose")}
        </span>
      </footer>
    </>
  );
}

export function Switcher({ isOpen, onChoose = null, title, onClose }: SwitcherProps) {
  useFollowCore();
  const t = useText();
  const name = title ?? t("chat.switcher");
  return (
    <ModalOverlay
      className={styles.overlay ?? ""}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""} aria-label={name}>
          <Body title={name} onChoose={onChoose} onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
