/** Creates a backup: chooses account and passphrase. */
import { useState, type FormEvent } from "react";
import type { CommandResult, ErrorCode } from "../../shared/ipc/index.ts";
import { MIN_PASSPHRASE } from "../../shared/omemo/passphrase.ts";
import { useText } from "../i18n/index.ts";
import { AccountChoice, firstAccount } from "../roster/AccountChoice.tsx";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { PasswordField } from "../ui/fields/PasswordField.tsx";
import styles from "./Backup.module.css";
import { JobProgress } from "./JobProgress.tsx";
import { strengthOf } from "./passphrase-strength.ts";

type State =
  | { step: "asking" }
  | { step: "working" }
  | { step: "made"; result: CommandResult<"backup.export"> }
  | { step: "failed"; code: ErrorCode };

export function MakeBackup() {
  const t = useText();
  const [account, setAccount] = useState(firstAccount);
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [state, setState] = useState<State>({ step: "asking" });
  const isShort = passphrase.length < MIN_PASSPHRASE;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setChecked(true);
    if (isShort || passphrase !== again || account === null) return;
    setState({ step: "working" });
    try {
      const result = await call("backup.export", { account, passphrase });
      setPassphrase("");
      setAgain("");
      setChecked(false);
      setState({ step: "made", result });
    } catch (error) {
      setState({ step: "failed", code: errorCodeOf(error) });
    }
  }

  if (account === null) return null;
  if (state.step === "working") return <JobProgress />;
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <AccountChoice value={account} onChange={setAccount} />
      <PasswordField
        label={t("backup.passphrase")}
        autoComplete="new-password"
        maxLength={1024}
        value={passphrase}
        onChange={setPassphrase}
        hint={passphrase === "" ? t("backup.strengthHint") : t(`backup.strength-${strengthOf(passphrase)}`)}
        error={isChecked && isShort ? t("backup.tooShort", { count: MIN_PASSPHRASE }) : null}
      />
      <PasswordField
        label={t("backup.again")}
        autoComplete="new-password"
        maxLength={1024}
        value={again}
        onChange={setAgain}
        error={isChecked && !isShort && passphrase !== again ? t("backup.notSame") : null}
      />
      <div className={styles.buttons}>
        <Button type="submit">{t("backup.start")}</Button>
      </div>
      {state.step === "failed" && (
        <Callout tone="danger" isAlert>
          {t(`error.${state.code}`)}
        </Callout>
      )}
      {state.step === "made" && <Made result={state.result} />}
    </form>
  );
}

function Made({ result }: { result: CommandResult<"backup.export"> }) {
  const t = useText();
  if (result === null) return <Callout isAlert>{t("backup.cancelled")}</Callout>;
  return (
    <Callout tone="success" isAlert title={t("backup.made")}>
      <p>{t("backup.madeCounts", { count: result.counts.messages })}</p>
      <p className={styles.path}>{result.path}</p>
    </Callout>
  );
}
