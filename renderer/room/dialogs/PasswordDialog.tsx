/** Asks for the password of a room (XEP-0045 §7.2.6). */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useText } from "../../i18n/index.ts";
import { joinRoom, useRoom, usualNickname } from "../../state/rooms/rooms.ts";
import { PasswordField } from "../../ui/fields/PasswordField.tsx";
import { FormDialog } from "../../ui/form/FormDialog.tsx";

export function PasswordDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const room = useRoom(account, jid);
  const [password, setPassword] = useState("");

  async function submit(): Promise<boolean> {
    if (password === "") return false;
    await joinRoom({ account, jid }, room?.nickname ?? usualNickname(account), password);
    return true;
  }

  return (
    <FormDialog
      title={t("room.enterPassword")}
      icon={<KeyRound />}
      submit={t("room.join")}
      isDisabled={password === ""}
      onClose={onClose}
      onSubmit={submit}
    >
      <PasswordField
        label={t("room.passwordOf")}
        value={password}
        onChange={setPassword}
        maxLength={1024}
        autoComplete="off"
        autoFocus
      />
    </FormDialog>
  );
}
