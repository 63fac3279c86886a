/** The two forms of an account's page: the stored password, and server and resource. */
import { useState, type FormEvent } from "react";
import type { Account } from "../../shared/model/account.ts";
import { useText } from "../i18n/index.ts";
import { draftOf, readDraft, type AdvancedError } from "../signin/advanced.ts";
import { AdvancedFields } from "../signin/AdvancedFields.tsx";
import { showToast } from "../state/toasts.ts";
import { attempt } from "../state/act.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { PasswordField } from "../ui/fields/PasswordField.tsx";
import styles from "./AccountForms.module.css";
import { Row, Section } from "../ui/Section.tsx";

export function PasswordForm({ account }: { account: Account }) {
  const t = useText();
  const [password, setPassword] = useState("");
  const [isMissing, setMissing] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(password === "");
    if (password === "" || !(await attempt(call("account.setPassword", { account: account.id, password })))) return;
    setPassword("");
    showToast({ tone: "success", text: t("settings.passwordSaved") });
  }
  return (
    <Section title={t("settings.passwordSection")} text={t("settings.passwordText")}>
      <Row stacked>
        <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
          <PasswordField
            label={t("settings.newPassword")}
            autoComplete="off"
            maxLength={1024}
            value={password}
            onChange={setPassword}
            error={isMissing ? t("signin.error-passwordMissing") : null}
          />
          <Button type="submit">{t("settings.savePassword")}</Button>
        </form>
      </Row>
    </Section>
  );
}

export function AdvancedForm({ account }: { account: Account }) {
  const t = useText();
  const [draft, setDraft] = useState(() => draftOf(account.advanced));
  const [error, setError] = useState<AdvancedError | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    const { advanced, error: found } = readDraft(draft);
    setError(found);
    if (advanced === null || !(await attempt(call("account.setAdvanced", { account: account.id, advanced })))) return;
    showToast({ tone: "success", text: t("common.saved") });
  }
  return (
    <Section title={t("settings.advanced")} text={t("settings.advancedText")}>
      <Row stacked>
        <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
          <AdvancedFields draft={draft} error={error} onChange={setDraft} />
          <Button type="submit">{t("settings.saveAdvanced")}</Button>
        </form>
      </Row>
    </Section>
  );
}
