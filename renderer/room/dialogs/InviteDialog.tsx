/** Invites contacts, or an address, to a room (XEP-0045 §7.8, XEP-0249). */
import { UserPlus, X } from "lucide-react";
import { useState } from "react";
import type { BareJid } from "../../../shared/jid.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { typedProblem, useAddress } from "../../state/address.ts";
import contact from "../../contact/ContactDetails.module.css";
import { nameOf, useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { ContactList } from "../../roster/ContactList.tsx";
import { useContacts } from "../../state/contacts/contacts.ts";
import { call } from "../../state/ipc.ts";
import { showToast } from "../../state/toasts.ts";
import { AddressProblem, AddressRow } from "../../roster/AddressRow.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { TextField } from "../../ui/fields/TextField.tsx";
import { isolated } from "../../ui/nickname.ts";
import { FormDialog } from "../../ui/form/FormDialog.tsx";

export function InviteDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const name = useName(account, jid);
  const [picked, setPicked] = useState<readonly BareJid[]>([]);
  const [reason, setReason] = useState("");
  const [text, setText] = useState("");
  const check = useAddress(text);
  const typed = check.jid;
  const problem = typedProblem(text, check);
  const contacts = useContacts((state) => state.byId);
  const called = (person: BareJid): string => nameOf(contacts.get(`${account} ${person}`), person);
  const pick = (person: BareJid): void =>
    setPicked((known) => (known.includes(person) ? known.filter((one) => one !== person) : [...known, person]));

  async function submit(): Promise<boolean> {
    for (const person of picked) {
      await call("room.invite", { account, jid, person, reason: reason.trim() });
      // Invited people are not invited again if the next invitation fails.
      setPicked((left) => left.filter((one) => one !== person));
    }
    showToast({ tone: "success", text: t("room.wereInvited", { count: picked.length }) });
    return true;
  }

  return (
    <FormDialog
      title={t("room.inviteTo", { name: isolated(name) })}
      icon={<UserPlus />}
      submit={t("room.inviteNow")}
      isDisabled={picked.length === 0}
      onClose={onClose}
      onSubmit={submit}
    >
      {picked.length > 0 && (
        <ul className={contact.groups} aria-label={t("room.picked")}>
          {picked.map((person) => (
            <li key={person} className={contact.group}>
              <bdi>{called(person)}</bdi>
              <IconButton
                size="small"
                label={t("room.unpick", { name: isolated(called(person)) })}
                onPress={() => pick(person)}
              >
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <ContactList
        account={account}
        onPick={(one) => pick(one.jid)}
        onFilter={setText}
        onEnter={() => {
          if (typed !== null && !picked.includes(typed)) pick(typed);
        }}
        above={
          problem !== null ? (
            <AddressProblem text={t(problem)} />
          ) : typed === null || picked.includes(typed) ? null : (
            <AddressRow jid={typed} text={typed} onPick={() => pick(typed)} />
          )
        }
      />
      <TextField
        label={t("room.inviteReason")}
        value={reason}
        onChange={setReason}
        maxLength={512}
        autoComplete="off"
      />
    </FormDialog>
  );
}
