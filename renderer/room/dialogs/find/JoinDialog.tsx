/** Joins a group chat by its address, or one that was found on a server. */
import { UsersRound } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import type { ErrorCode } from "../../../../shared/ipc/index.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId, ChatKey } from "../../../../shared/model/primitives.ts";
import { useText, type PlainKey } from "../../../i18n/index.ts";
import { AccountChoice, firstAccount } from "../../../roster/AccountChoice.tsx";
import type { JoinGiven } from "../../../state/dialogs.ts";
import { addressProblem, checkAddress } from "../../../state/address.ts";
import { errorCodeOf } from "../../../call-failed.ts";
import { dismissInvitation, useInvitations } from "../../../state/pending/pending.ts";
import { useNavigation } from "../../../state/navigation.ts";
import { joinRoom, useRooms, usualNickname } from "../../../state/rooms/rooms.ts";
import { Button } from "../../../ui/Button.tsx";
import { Callout } from "../../../ui/feedback/Callout.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { PasswordField } from "../../../ui/fields/PasswordField.tsx";
import { Switch } from "../../../ui/fields/Switch.tsx";
import { Tabs } from "../../../ui/Tabs.tsx";
import { TextField } from "../../../ui/fields/TextField.tsx";
import { FindRooms } from "./FindRooms.tsx";
import styles from "../../../ui/form/FormDialog.module.css";
import { isNickname } from "../nickname-check.ts";

const FORM = "join-room";

export interface JoinDialogProps {
  /** The initial address in the form. */
  at: ChatKey | null;
  given: JoinGiven | null;
  onClose(): void;
}

interface FieldsProps {
  account: AccountId;
  address: string;
  given: JoinGiven | null;
  onAddress(text: string): void;
  onBusy(isBusy: boolean): void;
  onJoined(): void;
}

function Fields({ account, address, given, onAddress, onBusy, onJoined }: FieldsProps) {
  const t = useText();
  const [nickname, setNickname] = useState(() => given?.nickname ?? usualNickname(account));
  const [password, setPassword] = useState(given?.password ?? "");
  const [isAuto, setAuto] = useState(true);
  const [wrong, setWrong] = useState<{ field: "address" | "nickname"; text: PlainKey } | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);

  async function join(): Promise<void> {
    setError(null);
    const { jid, error: problem } = await checkAddress(address);
    if (jid === null) return setWrong({ field: "address", text: addressProblem(problem, "room.addressBad") });
    if (!(await isNickname(nickname))) return setWrong({ field: "nickname", text: "room.nicknameBad" });
    onBusy(true);
    try {
      const key = { account, jid };
      await joinRoom(key, nickname.trim(), password === "" ? null : password, isAuto);
      const invitation = useInvitations.getState().items.find((one) => one.account === account && one.room === jid);
      if (invitation !== undefined) void dismissInvitation(invitation, false);
      useNavigation.getState().open(key);
      onJoined();
    } catch (failed) {
      setError(errorCodeOf(failed));
    } finally {
      onBusy(false);
    }
  }

  return (
    <Form
      id={FORM}
      className={styles.form ?? ""}
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <TextField
        label={t("room.address")}
        hint={t("room.addressHint")}
        placeholder={t("room.addressPlaceholder")}
        error={wrong?.field === "address" ? t(wrong.text) : null}
        value={address}
        onChange={(text) => {
          onAddress(text);
          setWrong(null);
        }}
        autoFocus={address === ""}
        autoComplete="off"
        spellCheck="false"
        inputMode="email"
        maxLength={3071}
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
        autoFocus={address !== ""}
        autoComplete="off"
        spellCheck="false"
        maxLength={256}
      />
      <PasswordField
        label={t("room.password")}
        value={password}
        onChange={setPassword}
        autoComplete="off"
        maxLength={1024}
      />
      <Switch label={t("room.joinAlways")} isSelected={isAuto} onChange={setAuto} />
      {error !== null && (
        <Callout tone="danger" isAlert>
          {t(`error.${error}`)}
        </Callout>
      )}
    </Form>
  );
}

type Tab = "address" | "find";

export function JoinDialog({ at, given, onClose }: JoinDialogProps) {
  const t = useText();
  const [account, setAccount] = useState<AccountId | null>(at?.account ?? firstAccount());
  const [address, setAddress] = useState<string>(at?.jid ?? "");
  const [tab, setTab] = useState<Tab>("address");
  const [isBusy, setBusy] = useState(false);

  function pick(jid: BareJid): void {
    if (account === null) return;
    // A room that we are already in is just shown.
    if (useRooms.getState().byId.get(`${account} ${jid}`)?.state.state === "joined") {
      useNavigation.getState().open({ account, jid });
      return onClose();
    }
    setAddress(jid);
    setTab("address");
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("room.joinTitle")}
      icon={<UsersRound />}
      actions={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          {tab === "address" && (
            <Button variant="primary" type="submit" form={FORM} isPending={isBusy} isDisabled={account === null}>
              {t("room.join")}
            </Button>
          )}
        </>
      }
    >
      {account !== null && (
        <>
          <AccountChoice value={account} onChange={setAccount} />
          <Tabs<Tab>
            label={t("room.joinTitle")}
            selected={tab}
            onSelect={setTab}
            tabs={[
              {
                id: "address",
                label: t("room.joinByAddress"),
                content: (
                  <Fields
                    key={account}
                    account={account}
                    address={address}
                    given={given}
                    onAddress={setAddress}
                    onBusy={setBusy}
                    onJoined={onClose}
                  />
                ),
              },
              {
                id: "find",
                label: t("room.joinFind"),
                content: <FindRooms key={account} account={account} onPick={pick} />,
              },
            ]}
          />
        </>
      )}
    </Dialog>
  );
}
