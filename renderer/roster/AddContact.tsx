/** Adds a contact: address, name, groups. Also requests mutual presence subscriptions (RFC 6121 §3.1). */
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useText, type PlainKey } from "../i18n/index.ts";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { addressProblem, checkAddress } from "../state/address.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { useNavigation } from "../state/navigation.ts";
import { showToast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import styles from "./AddContact.module.css";
import { AccountChoice, firstAccount } from "./AccountChoice.tsx";
import { parseGroups } from "./groups.ts";

export interface AddContactProps {
  isOpen: boolean;
  onClose(): void;
  /** The initial address in the field. */
  jid?: string;
  account?: AccountId;
}

const FORM = "add-contact";

function Fields({ onClose, jid = "", account: given }: Omit<AddContactProps, "isOpen">) {
  const t = useText();
  const [account, setAccount] = useState<AccountId | null>(given ?? firstAccount());
  const [address, setAddress] = useState(jid);
  const [name, setName] = useState("");
  const [groups, setGroups] = useState("");
  const [wrong, setWrong] = useState<PlainKey | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);

  async function add(): Promise<void> {
    if (account === null) return;
    const checked = await checkAddress(address);
    if (checked.jid === null) return setWrong(addressProblem(checked.error, "roster.addressBad"));
    const own = useAccounts.getState().accounts.some((one) => one.id === account && one.jid === checked.jid);
    if (own) return setWrong("roster.addressOwn");
    if (useContacts.getState().byId.has(`${account} ${checked.jid}`)) return setWrong("roster.addressKnown");
    try {
      await call("roster.add", { account, jid: checked.jid, name: name.trim(), groups: parseGroups(groups) });
      showToast({ tone: "success", text: t("roster.added", { name: name.trim() === "" ? checked.jid : name.trim() }) });
      useNavigation.getState().open({ account, jid: checked.jid });
      onClose();
    } catch (failed) {
      setError(errorCodeOf(failed));
    }
  }

  return (
    <Form
      id={FORM}
      className={styles.form ?? ""}
      onSubmit={(event) => {
        event.preventDefault();
        setError(null);
        void add();
      }}
    >
      <p className={styles.text}>{t("roster.addText")}</p>
      {account !== null && <AccountChoice value={account} onChange={setAccount} />}
      <TextField
        label={t("roster.address")}
        hint={t("roster.addressHint")}
        placeholder={t("roster.addressPlaceholder")}
        error={wrong === null ? null : t(wrong)}
        value={address}
        onChange={(text) => {
          setAddress(text);
          setWrong(null);
        }}
        autoFocus={jid === ""}
        autoComplete="off"
        spellCheck="false"
        inputMode="email"
        maxLength={3071}
      />
      <TextField
        label={t("roster.nameOptional")}
        hint={t("roster.nameHint")}
        value={name}
        onChange={setName}
        maxLength={256}
        autoComplete="off"
        autoFocus={jid !== ""}
      />
      <TextField
        label={t("roster.groups")}
        hint={t("roster.groupsHint")}
        placeholder={t("roster.groupsPlaceholder")}
        value={groups}
        onChange={setGroups}
        maxLength={2000}
        autoComplete="off"
      />
      {error !== null && (
        <Callout tone="danger" isAlert>
          {t(`error.${error}`)}
        </Callout>
      )}
    </Form>
  );
}

export function AddContact({ isOpen, onClose, ...rest }: AddContactProps) {
  const t = useText();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={t("roster.addTitle")}
      icon={<UserPlus />}
      actions={
        <>
          <Button
            variant="quiet"
            onPress={() => {
              onClose();
              useNavigation.getState().showDialog({ kind: "invite-link" });
            }}
          >
            {t("registration.inviteTitle")}
          </Button>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" type="submit" form={FORM}>
            {t("roster.add")}
          </Button>
        </>
      }
    >
      <Fields onClose={onClose} {...rest} />
    </Dialog>
  );
}
