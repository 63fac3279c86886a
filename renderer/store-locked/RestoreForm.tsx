/** Asks for the recovery key and counts its digits before trying it. */
import { useState, type FormEvent } from "react";
import { useText } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import { digitsOf, isRecoveryKey } from "./recovery-key.ts";
import styles from "./StoreLocked.module.css";

export interface RestoreFormProps {
  isBusy: boolean;
  onCancel(): void;
  onSubmit(recoveryKey: string): void;
}

export function RestoreForm({ isBusy, onCancel, onSubmit }: RestoreFormProps) {
  const t = useText();
  const [text, setText] = useState("");
  const [isChecked, setChecked] = useState(false);
  const digits = digitsOf(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isRecoveryKey(digits)) onSubmit(digits);
  };
  return (
    <form className={styles.restore} onSubmit={submit} noValidate>
      <TextField
        autoFocus
        mono
        rows={3}
        label={t("store.restoreLabel")}
        placeholder={t("store.restorePlaceholder")}
        value={text}
        maxLength={200}
        spellCheck="false"
        autoComplete="off"
        onChange={(value) => {
          setText(value);
          setChecked(false);
        }}
        error={isChecked && !isRecoveryKey(digits) ? t("store.restoreBad", { count: digits.length }) : null}
      />
      <div className={styles.buttons}>
        <Button onPress={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" variant="primary" isPending={isBusy}>
          {t("store.restoreSubmit")}
        </Button>
      </div>
    </form>
  );
}
