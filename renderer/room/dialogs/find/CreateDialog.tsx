/** Creates a room: a private group for invited people, or a public channel. Its address is derived from its name. */
import { Globe, Lock, MessagesSquare } from "lucide-react";
import { useEffect, useState } from "react";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { useText, type PlainKey } from "../../../i18n/index.ts";
import { AccountChoice, firstAccount } from "../../../roster/AccountChoice.tsx";
import { addressProblem, checkAddress } from "../../../state/address.ts";
import { call } from "../../../state/ipc.ts";
import { logged } from "../../../log.ts";
import { useNavigation } from "../../../state/navigation.ts";
import { usualNickname } from "../../../state/rooms/rooms.ts";
import { RadioCards } from "../../../ui/fields/RadioCards.tsx";
import { TextField } from "../../../ui/fields/TextField.tsx";
import { localPartOf } from "../../room-address.ts";
import { FormDialog } from "../../../ui/form/FormDialog.tsx";
import styles from "../../../ui/form/FormDialog.module.css";
import { isNickname } from "../nickname-check.ts";

type Kind = "group" | "channel";

/** The room service of the account's server; empty while it is unknown, or if there is none. */
function useService(account: AccountId | null): string {
  const [known, setKnown] = useState<{ account: AccountId; service: string } | null>(null);
  useEffect(() => {
    if (account === null) return undefined;
    let isCurrent = true;
    call("room.services", { account }).then(
      ({ services }) => {
        if (isCurrent) setKnown({ account, service: services[0] ?? "" });
      },
      // The user can type the whole address.
      logged("services for rooms could not be read"),
    );
    return () => {
      isCurrent = false;
    };
  }, [account]);
  return known?.account === account ? (known?.service ?? "") : "";
}

export function CreateDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const [account, setAccount] = useState<AccountId | null>(firstAccount);
  const service = useService(account);
  const [kind, setKind] = useState<Kind>("group");
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [nickname, setNickname] = useState(() => (account === null ? "" : usualNickname(account)));
  const [wrong, setWrong] = useState<{ field: "name" | "address" | "nickname"; text: PlainKey } | null>(null);
  const local = localPartOf(name);
  const address = typed ?? (local === "" || service === "" ? "" : `${local}@${service}`);

  async function submit(): Promise<boolean> {
    if (account === null) return false;
    const { jid, error } = await checkAddress(address);
    const refuse = (field: "name" | "address" | "nickname", text: PlainKey): false => {
      setWrong({ field, text });
      return false;
    };
    if (name.trim() === "") return refuse("name", "room.nameBad");
    if (jid === null) return refuse("address", addressProblem(error, "room.addressBad"));
    if (!(await isNickname(nickname))) return refuse("nickname", "room.nicknameBad");
    await call("room.create", { account, jid, nickname: nickname.trim(), name: name.trim(), kind });
    const { open, showDialog } = useNavigation.getState();
    open({ account, jid });
    // A group without members is useless: the next dialog invites them.
    if (kind === "group") showDialog({ kind: "invite", account, jid });
    return true;
  }

  return (
    <FormDialog
      title={t("room.newTitle")}
      icon={<MessagesSquare />}
      submit={t("room.create")}
      isDisabled={account === null}
      onClose={onClose}
      onSubmit={submit}
    >
      {account !== null && <AccountChoice value={account} onChange={setAccount} />}
      <div className={styles.together}>
        <RadioCards<Kind>
          label={t("room.kind")}
          cards={[
            { id: "group", label: t("room.kindGroup"), icon: <Lock /> },
            { id: "channel", label: t("room.kindChannel"), icon: <Globe /> },
          ]}
          value={kind}
          onChange={setKind}
        />
        <p className={styles.text}>{t(kind === "group" ? "room.kindGroupText" : "room.kindChannelText")}</p>
      </div>
      <TextField
        label={t("room.name")}
        error={wrong?.field === "name" ? t(wrong.text) : null}
        value={name}
        onChange={(text) => {
          setName(text);
          setWrong(null);
        }}
        maxLength={256}
        autoFocus
        autoComplete="off"
      />
      <TextField
        label={t("room.address")}
        hint={t("room.newAddressHint")}
        error={wrong?.field === "address" ? t(wrong.text) : null}
        placeholder={t("room.addressPlaceholder")}
        value={address}
        onChange={(text) => {
          // If emptied, it follows the name again.
          setTyped(text === "" ? null : text);
          setWrong(null);
        }}
        maxLength={3071}
        autoComplete="off"
        spellCheck="false"
        inputMode="email"
      />
      <TextField
        label={t("room.nickname")}
        hint={t("room.nicknameHint")}
        error={wrong?.field === "nickname" ? t(wrong.text) : null}
        value={nickname}
        onChange={(text) => {
          setNickname(text);
          setWrong(null);
        }}
        maxLength={256}
        autoComplete="off"
        spellCheck="false"
      />
    </FormDialog>
  );
}
