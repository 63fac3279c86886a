/** Chooses a file, by name in the default folder or in the host's dialog, and asks for its passphrase. */
import { useEffect, useState, type FormEvent } from "react";
import type { CommandResult } from "../../shared/ipc/index.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { showError } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { PasswordField } from "../ui/fields/PasswordField.tsx";
import { Select } from "../ui/fields/Select.tsx";
import styles from "./Backup.module.css";

/** Arguments of `backup.inspect` and `backup.import`. */
export interface Source {
  file: string;
  passphrase: string;
}

type Known = CommandResult<"backup.list">;

export function OpenBackup({ onOpen }: { onOpen(source: Source): Promise<void> }) {
  const t = useText();
  const { dateTime } = useFormats();
  const [known, setKnown] = useState<Known | null>(null);
  const [file, setFile] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [looked, setLooked] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    call("backup.list", {}).then(
      (list) => {
        if (!isCurrent) return;
        setKnown(list);
        setFile((chosen) => (list.files.some((one) => one.file === chosen) ? chosen : (list.files[0]?.file ?? null)));
      },
      (error: unknown) => isCurrent && showError(errorCodeOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [looked]);

  async function choose(): Promise<void> {
    try {
      const chosen = await call("backup.choose", {});
      if (chosen === null) return;
      setKnown((list) => list && { ...list, files: [chosen, ...list.files.filter((one) => one.file !== chosen.file)] });
      setFile(chosen.file);
    } catch (error) {
      showError(errorCodeOf(error));
    }
  }
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setChecked(true);
    if (passphrase === "" || file === null) return;
    setBusy(true);
    await onOpen({ file, passphrase });
    setBusy(false);
  }

  if (known === null) return null;
  const { files, folder, chooses } = known;
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {file === null ? (
        <p className={styles.muted}>{t("backup.noFiles", { folder })}</p>
      ) : (
        <>
          <Select
            label={t("backup.file")}
            choices={files.map((one) => ({
              id: one.file,
              label: t("backup.fileOf", { name: one.file, date: dateTime(one.changedAt) }),
            }))}
            value={file}
            onChange={setFile}
          />
          <p className={styles.muted}>{t("backup.folder", { folder })}</p>
          <PasswordField
            label={t("backup.passphrase")}
            autoComplete="off"
            maxLength={1024}
            value={passphrase}
            onChange={setPassphrase}
            error={isChecked && passphrase === "" ? t("signin.error-passwordMissing") : null}
          />
        </>
      )}
      <div className={styles.buttons}>
        {file !== null && (
          <Button type="submit" isPending={isBusy}>
            {t("backup.open")}
          </Button>
        )}
        {chooses ? (
          <Button variant="quiet" onPress={() => void choose()}>
            {t("backup.chooseFile")}
          </Button>
        ) : (
          <Button variant="quiet" onPress={() => setLooked(looked + 1)}>
            {t("backup.lookAgain")}
          </Button>
        )}
      </div>
    </form>
  );
}
