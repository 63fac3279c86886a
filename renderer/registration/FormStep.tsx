/** The form of a server: name and password with our labels, the rest with its own. */
import { ExternalLink, RefreshCw } from "lucide-react";
import { useRef, useState, type FormEvent } from "react";
import type { FormField } from "../../shared/model/form.ts";
import type { RegistrationForm } from "../../shared/model/registration.ts";
import { useText, type Text } from "../i18n/index.ts";
import { faultsOf, FormFields, NO_FAULTS, type Values } from "../ui/form/FormFields.tsx";
import { openLink } from "../state/uri.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { PasswordField } from "../ui/fields/PasswordField.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import { pastedAddress } from "../../shared/pasted-address.ts";
import { checkAddress } from "../state/address.ts";
import { generatePassword } from "./generate-password.ts";
import { Refusal } from "./Refusal.tsx";
import styles from "./Registration.module.css";
import type { Steps } from "./use-registration.ts";

/** Fields of XEP-0077 §14.4, which servers send without a label, or in one language only. */
const KNOWN = {
  nick: "registration.field-nick",
  name: "registration.field-name",
  first: "registration.field-first",
  last: "registration.field-last",
  email: "registration.field-email",
  address: "registration.field-address",
  city: "registration.field-city",
  state: "registration.field-state",
  zip: "registration.field-zip",
  phone: "registration.field-phone",
  url: "registration.field-url",
  date: "registration.field-date",
} as const;
const labelled = (field: FormField, t: Text): FormField =>
  Object.hasOwn(KNOWN, field.name) ? { ...field, label: t(KNOWN[field.name as keyof typeof KNOWN]) } : field;

const MISSING = { code: "missing", limit: "" } as const;
const isOwnField = ({ name }: FormField): boolean => name === "username" || name === "password";
/** A form without a name and a password creates its accounts elsewhere. */
export const canBeSent = ({ fields }: RegistrationForm): boolean => fields.filter(isOwnField).length === 2;

interface FormStepProps {
  id: string;
  steps: Steps;
  /** A required name. */
  name: string | null;
  onPassword(password: string): void;
}

export function FormStep({ id, steps, name, onPassword }: FormStepProps) {
  const t = useText();
  const form = useRef<HTMLFormElement>(null);
  const [username, setUsername] = useState(name ?? "");
  const [password, setPassword] = useState(generatePassword);
  const [values, setValues] = useState<Values>(new Map());
  const [faults, setFaults] = useState(NO_FAULTS);
  const { step, asked, isBusy } = steps;
  const current = step?.step === "form" ? step : null;
  const [answered, setAnswered] = useState(current?.registration);
  if (current !== null && answered !== current.registration) {
    // The answer to the previous CAPTCHA does not fit a new one.
    setAnswered(current.registration);
    setValues(
      (known) => new Map([...known].filter(([field]) => !current.form.pictures.some((one) => one.field === field))),
    );
  }
  if (current === null || asked === null) return null;
  const { form: shown, refusal } = current;
  const others = shown.fields.filter((field) => !isOwnField(field)).map((field) => labelled(field, t));
  const { url } = shown;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || asked === null) return;
    const wrong = new Map(faultsOf(others, values));
    const local = pastedAddress(username).address ?? "";
    if ((await checkAddress(`${local}@${asked.domain}`)).jid === null || local.includes("@"))
      wrong.set("username", MISSING);
    if (password === "") wrong.set("password", MISSING);
    const filled = others
      .filter((field) => field.kind !== "note")
      .map((field) => ({ name: field.name, values: [...(values.get(field.name) ?? field.values)] }));
    setFaults(wrong);
    if (wrong.size > 0) {
      // The first wrong field is marked in the next frame; focus it then.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    onPassword(password);
    await steps.submit([{ name: "username", values: [local] }, { name: "password", values: [password] }, ...filled]);
  }
  const page = url !== null && (
    <Button icon={<ExternalLink size={16} aria-hidden="true" />} onPress={() => openLink(url)}>
      {t("registration.openPage")}
    </Button>
  );

  if (!canBeSent(shown)) {
    return (
      <div className={styles.body}>
        <p>{t(url === null ? "registration.elsewhere" : "registration.onPage")}</p>
        {shown.instructions !== "" && <Said>{shown.instructions}</Said>}
        {page}
      </div>
    );
  }
  return (
    <form
      ref={form}
      id={id}
      className={styles.body}
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-label={t("registration.title")}
    >
      {steps.error !== null && (
        <Callout tone="danger" isAlert>
          {t(`error.${steps.error}`)}
        </Callout>
      )}
      {refusal !== null && !isBusy && <Refusal refusal={refusal} />}
      {shown.invited === false && <Callout tone="warning">{t("registration.notInvited")}</Callout>}
      {shown.instructions !== "" && others.length > 0 && <Said>{shown.instructions}</Said>}
      <TextField
        autoFocus={name === null}
        label={t("registration.name")}
        hint={t(name === null ? "registration.nameHint" : "registration.nameGiven")}
        error={faults.has("username") ? t("registration.nameBad") : null}
        value={username}
        maxLength={1023}
        spellCheck="false"
        autoCorrect="off"
        autoComplete="username"
        isReadOnly={name !== null}
        isDisabled={isBusy}
        onChange={setUsername}
        end={<bdi className={styles.suffix}>@{asked.domain}</bdi>}
      />
      <PasswordField
        label={t("signin.password")}
        hint={t("registration.passwordHint")}
        error={faults.has("password") ? t("signin.error-passwordMissing") : null}
        autoComplete="new-password"
        value={password}
        maxLength={1024}
        isDisabled={isBusy}
        onChange={setPassword}
        more={
          <IconButton
            size="small"
            label={t("registration.newPassword")}
            onPress={() => setPassword(generatePassword())}
          >
            <RefreshCw />
          </IconButton>
        }
      />
      {shown.pictures.map(({ field, type, base64 }) => (
        <img
          key={field}
          className={styles.captcha}
          src={`data:${type};base64,${base64}`}
          alt={t("registration.picture")}
        />
      ))}
      <FormFields
        fields={others}
        values={values}
        faults={faults}
        onChange={(field, next) => setValues((known) => new Map(known).set(field, next))}
      />
      {page}
    </form>
  );
}

function Said({ children }: { children: string }) {
  const t = useText();
  return (
    // Overflowing content can be scrolled by keyboard.
    <p className={styles.said} dir="auto" tabIndex={0} role="note" aria-label={t("registration.said")}>
      {children}
    </p>
  );
}
