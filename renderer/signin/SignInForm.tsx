/** The sign-in form: checks the input, shows progress, and shows errors in place. */
import { useRef, useState, type FormEvent } from "react";
import { CertificateDialog } from "../connection/CertificateDialog.tsx";
import { ProblemText } from "../connection/ProblemText.tsx";
import { remedyFor } from "../connection/remedy.ts";
import { DowngradeDialog } from "../connection/DowngradeDialog.tsx";
import { useText } from "../i18n/index.ts";
import { problemOf } from "../state/accounts/accounts.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { PasswordField } from "../ui/fields/PasswordField.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import { checkAddress, type AddressError } from "../state/address.ts";
import { Fold } from "../ui/Fold.tsx";
import { emptyDraft, readDraft, type AdvancedError } from "./advanced.ts";
import { AdvancedFields } from "./AdvancedFields.tsx";
import styles from "./SignInForm.module.css";
import type { SignIn } from "./use-sign-in.ts";

interface Errors {
  jid: AddressError | null;
  password: "passwordMissing" | null;
  advanced: AdvancedError | null;
}
const NONE: Errors = { jid: null, password: null, advanced: null };

function Trouble({ signIn }: { signIn: SignIn }) {
  const t = useText();
  const [asks, setAsks] = useState(false);
  const { account, error } = signIn;
  if (error !== null) {
    return (
      <Callout tone="danger" isAlert>
        {t(`error.${error}`)}
      </Callout>
    );
  }
  const problem = account === undefined ? null : problemOf(account);
  if (account === undefined || problem === null || signIn.isBusy) return null;
  const remedy = remedyFor(problem);
  const label =
    remedy === "certificate"
      ? t("connection.inspectCertificate")
      : remedy === "downgrade"
        ? t("connection.explain")
        : null;
  return (
    <>
      <Callout
        tone={remedy === "certificate" ? "warning" : "danger"}
        title={t(`problemTitle.${problem.code}`)}
        isAlert
        {...(label === null
          ? {}
          : {
              actions: (
                <Button size="small" onPress={() => setAsks(true)}>
                  {label}
                </Button>
              ),
            })}
      >
        <ProblemText problem={problem} />
      </Callout>
      {asks && remedy === "certificate" && (
        <CertificateDialog account={account} problem={problem} onClose={() => setAsks(false)} />
      )}
      {asks && remedy === "downgrade" && (
        <DowngradeDialog account={account} problem={problem} onClose={() => setAsks(false)} />
      )}
    </>
  );
}

export function SignInForm({ signIn }: { signIn: SignIn }) {
  const t = useText();
  const form = useRef<HTMLFormElement>(null);
  const [jid, setJid] = useState("");
  const [password, setPassword] = useState("");
  const [draft, setDraft] = useState(emptyDraft);
  const [isUnfolded, setUnfolded] = useState(false);
  const [errors, setErrors] = useState<Errors>(NONE);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (signIn.isBusy) return;
    const address = await checkAddress(jid);
    const advanced = readDraft(draft);
    const found: Errors = {
      jid: address.error,
      password: password === "" ? "passwordMissing" : null,
      advanced: advanced.error,
    };
    setErrors(found);
    if (found.advanced !== null) setUnfolded(true);
    if (address.jid !== null && found.password === null && advanced.advanced !== null) {
      await signIn.submit(address.jid, password, advanced.advanced);
      return;
    }
    // The first wrong field is marked in the next frame; focus it then.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }

  async function checkJid() {
    // An empty field is not an error before the form is sent.
    if (jid.trim() === "") return;
    const { error } = await checkAddress(jid);
    setErrors((before) => ({ ...before, jid: error }));
  }

  const domain = jid.trim().split("@").at(-1) ?? "";
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-label={t("signin.title")}
    >
      {/* Above the fields, because below them it could be out of view. */}
      <Trouble signIn={signIn} />
      <TextField
        autoFocus
        label={t("signin.jid")}
        hint={t("signin.jidHint")}
        error={errors.jid === null ? null : t(`signin.error-${errors.jid}`)}
        placeholder={t("signin.jidPlaceholder")}
        type="email"
        autoComplete="username"
        spellCheck="false"
        autoCorrect="off"
        maxLength={3071}
        value={jid}
        isDisabled={signIn.isBusy}
        onChange={(value) => {
          setJid(value);
          setErrors((before) => ({ ...before, jid: null }));
        }}
        onBlur={() => void checkJid()}
      />
      <PasswordField
        label={t("signin.password")}
        error={errors.password === null ? null : t(`signin.error-${errors.password}`)}
        maxLength={1024}
        value={password}
        isDisabled={signIn.isBusy}
        onChange={(value) => {
          setPassword(value);
          setErrors((before) => ({ ...before, password: null }));
        }}
      />
      <Fold label={t("signin.advanced")} isOpen={isUnfolded} onToggle={setUnfolded}>
        <AdvancedFields draft={draft} error={errors.advanced} isDisabled={signIn.isBusy} onChange={setDraft} />
      </Fold>
      <Button type="submit" variant="primary" size="large" wide isPending={signIn.isBusy}>
        {t(signIn.isBusy ? "signin.connecting" : "signin.submit")}
      </Button>
      <p className={styles.progress} role="status">
        {signIn.isBusy && t("signin.connectingHint", { domain })}
      </p>
    </form>
  );
}
