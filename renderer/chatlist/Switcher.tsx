/**
 * Ctrl/Cmd+K: jumps to a chat or a contact by a few letters of the name, or to somebody new by address; takes `xmpp:`
 * links, too.
 * A combobox (ARIA APG): the focus stays in the field, arrows move the mark.
 */
import { Link2, MessageCirclePlus, Search } from "lucide-react";
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { nameOf } from "../contact/names.ts";
import { useText } from "../i18n/index.ts";
import { firstAccount } from "../roster/AccountChoice.tsx";
import { loadMoreChats, useChats } from "../state/chats.ts";
import { useContacts } from "../state/contacts.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { useNavigation } from "../state/navigation.ts";
import { requestUri } from "../state/uri.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Badge } from "../ui/Badge.tsx";
import { foldText, fuzzyFind } from "./fuzzy.ts";
import styles from "./Switcher.module.css";
import { useAddress } from "./use-address.ts";

export interface SwitcherProps {
  isOpen: boolean;
  onClose(): void;
}

interface Somebody extends ChatKey {
  id: string;
  name: string;
  isNew: boolean;
}
/** A whole link, which is asked about when it is picked. */
interface PastedLink {
  id: string;
  uri: string;
}
type Target = Somebody | PastedLink;

/** Results in the list. */
const MOST = 40;
/** The same as `looksLikeXmppUri` of shared/xmpp-uri.ts, whose import would bring the tables of JIDs along. */
const IS_LINK = /^\s*xmpp:/i;

/** Chats in their order, then contacts without one. */
function everybody(): Somebody[] {
  const { order, byId: chats } = useChats.getState();
  const { byId: contacts } = useContacts.getState();
  const targets: Somebody[] = [];
  for (const id of order) {
    const chat = chats.get(id);
    if (chat !== undefined) targets.push({ id, account: chat.account, jid: chat.jid, name: nameOf(contacts.get(id), chat.jid), isNew: false });
  }
  for (const [id, contact] of contacts) {
    if (!chats.has(id)) targets.push({ id, account: contact.account, jid: contact.jid, name: nameOf(contact, contact.jid), isNew: false });
  }
  return targets;
}

function SomebodyLine({ target }: { target: Somebody }) {
  const t = useText();
  const show = useContacts((state) => state.byId.get(target.id)?.show);
  const unread = useChats((state) => state.byId.get(target.id)?.unread ?? 0);
  return (
    <>
      {target.isNew ? (
        <span className={styles.new} aria-hidden="true">
          <MessageCirclePlus />
        </span>
      ) : (
        <Avatar jid={target.jid} name={target.name} show={show} />
      )}
      <bdi className={styles.name}>{target.isNew ? t("chat.newChatWith", { jid: target.jid }) : target.name}</bdi>
      {!target.isNew && <bdi className={styles.jid}>{target.jid}</bdi>}
      <Badge count={unread} />
    </>
  );
}

function LinkLine({ uri }: { uri: string }) {
  const t = useText();
  return (
    <>
      <span className={styles.new} aria-hidden="true">
        <Link2 />
      </span>
      <bdi className={styles.name}>{t("uri.openLink", { uri })}</bdi>
    </>
  );
}

function Option({ target, isMarked, id, onPick, onMark }: { target: Target; isMarked: boolean; id: string; onPick(): void; onMark(): void }) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isMarked) element.current?.scrollIntoView({ block: "nearest" });
  }, [isMarked]);
  return (
    // The keyboard is handled in the field, which keeps the focus.
    <li ref={element} id={id} role="option" aria-selected={isMarked} className={styles.option} onPointerMove={onMark} onClick={onPick}>
      {"uri" in target ? <LinkLine uri={target.uri} /> : <SomebodyLine target={target} />}
    </li>
  );
}

function go(target: Target): void {
  if ("uri" in target) requestUri(target.uri);
  else useNavigation.getState().open(target);
}

function Body({ onClose }: { onClose(): void }) {
  const t = useText();
  const listId = useId();
  const [text, setText] = useState("");
  const [marked, setMarked] = useState(0);
  const query = useDeferredValue(text);
  const order = useChats((state) => state.order);
  const revision = useContacts((state) => state.revision);
  const jid = useAddress(text);

  useEffect(() => {
    // Search all chats, not only those that were scrolled to.
    void (async () => {
      while (useChats.getState().hasMore) await loadMoreChats();
    })();
  }, []);

  const known = useMemo(() => {
    void order;
    void revision;
    return everybody().map((target) => ({ target, texts: [foldText(target.name), foldText(target.jid)] }));
  }, [order, revision]);
  const targets = useMemo((): Target[] => {
    if (IS_LINK.test(query)) return [{ id: "link", uri: query.trim() }];
    const found = fuzzyFind(query, known, (one) => one.texts, MOST).map((one) => one.target);
    const account = firstAccount();
    const isKnown = jid !== null && found.some((one) => one.jid === jid);
    if (jid === null || account === null || isKnown) return found;
    return [...found, { id: `new ${jid}`, account, jid, name: jid, isNew: true }];
  }, [query, known, jid]);
  const at = Math.min(marked, targets.length - 1);
  /** What was typed when Enter came before its results: it is opened as soon as they are there. */
  const [entered, setEntered] = useState<string | null>(null);

  function pick(target: Target | undefined): void {
    if (target === undefined) return;
    onClose();
    go(target);
  }

  function enter(): void {
    // Results of an older text must not be opened in place of what stands in the field.
    if (query === text && targets.length > 0) pick(targets[at]);
    else setEntered(text);
  }

  const awaited = entered === text && query === text ? targets[at] : undefined;
  const isOpened = useRef(false);
  useEffect(() => {
    // Once: the list lives on for a moment while it fades out.
    if (awaited === undefined || isOpened.current) return;
    isOpened.current = true;
    onClose();
    go(awaited);
  }, [awaited, onClose]);

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
          aria-label={t("chat.switcher")}
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
          <p className={styles.hint}>{t("chat.switcherEmptyHint")}</p>
        </div>
      ) : (
        <>
          <p className={styles.heading} aria-hidden="true">
            {query.trim() === "" ? t("chat.recent") : t("chat.results")}
          </p>
          <ul id={listId} role="listbox" aria-label={t("chat.results")} className={styles.options}>
            {targets.map((target, index) => (
              <Option
                key={"uri" in target ? target.id : `${target.id}${target.account}`}
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

export function Switcher({ isOpen, onClose }: SwitcherProps) {
  useFollowCore();
  const t = useText();
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
        <Dialog className={styles.dialog ?? ""} aria-label={t("chat.switcher")}>
          <Body onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
