/** Asks for the password again after the server refused it. */
import { KeyRound } from "lucide-react";
import { useState, type FormEvent } from "react";
import type { Account } from "../../shared/model/account.ts";
import { useText } from "../i18n/index.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { PasswordField } from "../ui/fields/PasswordField.tsx";
import type { ErrorCode } from "../../shared/ipc/index.ts";

export interface PasswordDialogProps {
  account: Account;
  onClose(): void;
}

export function PasswordDialog({ account, onClose }: PasswordDialogProps) {
  const t = useText();
  const [password, setPassword] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [error, setError] = useState<ErrorCode | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(password === "");
    if (password === "") return;
    try {
      await call("account.setPassword", { account: account.id, password });
      onClose();
    } catch (failure) {
      setError(errorCodeOf(failure));
    }
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("connection.passwordTitle")}
      icon={<KeyRound />}
      actions={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form="password-again" variant="primary">
            {t("connection.connect")}
          </Button>
        </>
      }
    >
      <p>{t("connection.passwordFor", { jid: account.jid })}</p>
      <form id="password-again" onSubmit={(event) => void submit(event)} noValidate>
        <PasswordField
          autoFocus
          label={t("connection.password")}
          value={password}
          maxLength={1024}
          onChange={setPassword}
          error={isMissing ? t("signin.error-passwordMissing") : null}
        />
      </form>
      {error !== null && (
        <Callout tone="danger" isAlert>
          {t(`error.${error}`)}
        </Callout>
      )}
    </Dialog>
  );
}
