/** Destroys a room for everybody, with a reason and an alternative room (XEP-0045 §10.9). */
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useName } from "../../state/names.ts";
import { useText, type PlainKey } from "../../i18n/index.ts";
import { addressProblem, checkAddress } from "../../state/address.ts";
import { call } from "../../state/ipc.ts";
import { TextField } from "../../ui/fields/TextField.tsx";
import { isolated } from "../../ui/nickname.ts";
import { FormDialog } from "../../ui/form/FormDialog.tsx";
import styles from "../../ui/form/FormDialog.module.css";

export function DestroyDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const name = useName(account, jid);
  const [reason, setReason] = useState("");
  const [address, setAddress] = useState("");
  const [wrong, setWrong] = useState<PlainKey | null>(null);

  async function submit(): Promise<boolean> {
    const { jid: alternate, error } = await checkAddress(address);
    if (error !== null && error !== "jidMissing") {
      setWrong(addressProblem(error, "room.addressBad"));
      return false;
    }
    await call("room.destroy", { account, jid, reason: reason.trim(), alternate });
    return true;
  }

  return (
    <FormDialog
      title={t("room.destroyTitle", { name: isolated(name) })}
      icon={<Trash2 />}
      tone="danger"
      submit={t("room.destroyNow")}
      onClose={onClose}
      onSubmit={submit}
    >
      <p className={styles.text}>{t("room.destroyText")}</p>
      <TextField
        label={t("room.reason")}
        value={reason}
        onChange={setReason}
        maxLength={512}
        autoComplete="off"
        autoFocus
      />
      <TextField
        label={t("room.alternate")}
        error={wrong === null ? null : t(wrong)}
        placeholder={t("room.addressPlaceholder")}
        value={address}
        onChange={(text) => {
          setAddress(text);
          setWrong(null);
        }}
        maxLength={3071}
        autoComplete="off"
        spellCheck="false"
        inputMode="email"
      />
    </FormDialog>
  );
}
