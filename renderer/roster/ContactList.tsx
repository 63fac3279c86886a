/** All contacts by groups, rendered only where visible, with a filter. Arrows move from the filter. */
import { Search, Users } from "lucide-react";
import { memo, useDeferredValue, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Contact } from "../../shared/model/contact.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { foldText, fuzzyFind } from "../state/fuzzy.ts";
import { nameOf } from "../state/names.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { loadContacts, useContacts } from "../state/contacts/contacts.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import styles from "./ContactList.module.css";
import { rosterLines, type RosterLine } from "./groups.ts";

export interface ContactListProps {
  /** Only contacts of this account. */
  account?: AccountId;
  onPick(contact: Contact): void;
  /** Text in the filter, for a parent that offers more than contacts. */
  onFilter?(text: string): void;
  /** Enter in the filter while no contact is selected. */
  onEnter?(text: string): void;
  /** Shown above the contacts, e.g. "write to this address". */
  above?: React.ReactNode;
}

const Line = memo(function Line({
  id,
  isMarked,
  onPick,
}: {
  id: string;
  isMarked: boolean;
  onPick(contact: Contact): void;
}) {
  const t = useText();
  const contact = useContacts((state) => state.byId.get(id));
  if (contact === undefined) return null;
  const name = nameOf(contact, contact.jid);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.contact}
      data-marked={isMarked || undefined}
      onClick={() => onPick(contact)}
    >
      <span className={styles.spoken}>
        {t("roster.contactLine", { name, presence: t(`presence.${contact.show}`) })}
      </span>
      <Portrait account={contact.account} of={contact.jid} jid={contact.jid} name={name} show={contact.show} />
      <span className={styles.words} aria-hidden="true">
        <bdi className={styles.name}>{name}</bdi>
        <bdi className={styles.below}>{contact.status === "" ? contact.jid : contact.status}</bdi>
      </span>
    </button>
  );
});

export function ContactList({ account, onPick, onFilter, onEnter, above }: ContactListProps) {
  const t = useText();
  const formats = useFormats();
  const revision = useContacts((state) => state.revision);
  const status = useContacts((state) => state.status);
  const [text, setText] = useState("");
  const [marked, setMarked] = useState(-1);
  const filter = useDeferredValue(text);
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const rest = t("roster.noGroup");

  const lines = useMemo((): RosterLine[] => {
    void revision;
    const everybody = [...useContacts.getState().byId.values()];
    const contacts = account === undefined ? everybody : everybody.filter((one) => one.account === account);
    if (filter.trim() === "") return rosterLines(contacts, rest);
    const texts = (contact: Contact): string[] => [
      foldText(contact.name),
      foldText(contact.jid),
      ...contact.groups.map(foldText),
    ];
    return fuzzyFind(filter, contacts, texts, 200).map((contact) => {
      const id = `${contact.account} ${contact.jid}`;
      return { kind: "contact", key: id, id, contact };
    });
  }, [account, filter, revision, rest]);

  function mark(from: number, step: 1 | -1): void {
    let at = from + step;
    while (lines[at]?.kind === "group") at += step;
    if (at >= lines.length) return;
    setMarked(Math.max(-1, at));
    if (at >= 0) list.current?.scrollToIndex(at, { align: "nearest" });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") mark(marked, 1);
    else if (event.key === "ArrowUp") mark(marked, -1);
    else if (event.key === "Enter") {
      const line = lines[marked];
      if (line?.kind === "contact") onPick(line.contact);
      else if (onEnter !== undefined) onEnter(text);
    } else return;
    event.preventDefault();
  }

  const markedLine = lines[marked];
  return (
    <div className={styles.box}>
      <div className={styles.filter}>
        <Search aria-hidden="true" />
        <input
          className={styles.input}
          value={text}
          autoFocus
          spellCheck={false}
          maxLength={3071}
          aria-label={t("roster.filter")}
          placeholder={t("roster.filter")}
          onChange={(event) => {
            setText(event.target.value);
            setMarked(-1);
            onFilter?.(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <p className={styles.spoken} role="status">
        {markedLine?.kind === "contact" ? nameOf(markedLine.contact, markedLine.contact.jid) : ""}
      </p>
      {above}
      <div
        ref={scroller}
        className={styles.scroller}
        role="region"
        aria-label={t("roster.contacts")}
        tabIndex={lines.length > 0 ? 0 : -1}
      >
        {lines.length === 0 && status === "failed" && (
          <EmptyState
            icon={<Users />}
            title={t("roster.loadFailed")}
            actions={<Button onPress={() => void loadContacts()}>{t("common.tryAgain")}</Button>}
          />
        )}
        {lines.length === 0 && status !== "failed" && above == null && (
          <EmptyState icon={<Users />} title={filter === "" ? t("roster.empty") : t("roster.nobody")}>
            {filter === "" ? t("roster.emptyText") : null}
          </EmptyState>
        )}
        <Virtualizer ref={list} as="ul" item="li" data={lines} scrollRef={scroller}>
          {(line, at) =>
            line.kind === "group" ? (
              <h3
                key={line.key}
                className={styles.group}
                aria-label={t("roster.group", {
                  name: line.name,
                  members: t("roster.members", { count: line.members }),
                })}
              >
                <bdi>{line.name}</bdi>
                <span className={styles.count}>{formats.number(line.members)}</span>
              </h3>
            ) : (
              <Line key={line.key} id={line.id} isMarked={at === marked} onPick={onPick} />
            )
          }
        </Virtualizer>
      </div>
    </div>
  );
}
