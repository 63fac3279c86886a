/** The roster groups of a contact (RFC 6121 §2.1.2.4): groups can be removed, typed or chosen. */
import { X } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { Contact } from "../../shared/model/contact.ts";
import { useText } from "../i18n/index.ts";
import { allGroups, parseGroups } from "../roster/groups.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./ContactDetails.module.css";

export function GroupsEditor({ contact }: { contact: Contact }) {
  const t = useText();
  const listId = useId();
  const revision = useContacts((state) => state.revision);
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const others = useMemo(() => {
    void revision;
    return allGroups(useContacts.getState().byId.values()).filter((group) => !contact.groups.includes(group));
  }, [revision, contact.groups]);

  async function put(groups: string[]): Promise<boolean> {
    setBusy(true);
    const isDone = await attempt(call("roster.setGroups", { account: contact.account, jid: contact.jid, groups }));
    setBusy(false);
    return isDone;
  }

  async function add(): Promise<void> {
    const added = parseGroups(text).filter((group) => !contact.groups.includes(group));
    if (added.length === 0) return setText("");
    if (await put([...contact.groups, ...added])) setText("");
  }

  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{t("roster.groups")}</h3>
      {contact.groups.length === 0 ? (
        <p className={styles.hint}>{t("roster.noGroups")}</p>
      ) : (
        <ul className={styles.groups}>
          {contact.groups.map((group) => (
            <li key={group} className={styles.group}>
              <bdi>{group}</bdi>
              <IconButton
                size="small"
                label={t("roster.removeGroup", { group })}
                isDisabled={isBusy}
                onPress={() => void put(contact.groups.filter((one) => one !== group))}
              >
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          className={styles.addGroup}
          value={text}
          list={listId}
          maxLength={256}
          aria-label={t("roster.addGroup")}
          placeholder={t("roster.addGroup")}
          readOnly={isBusy}
          onChange={(event) => setText(event.target.value)}
        />
        <datalist id={listId}>
          {others.map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
      </form>
    </section>
  );
}
