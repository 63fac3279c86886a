/** Host, port, security and resource: for the sign-in form and the settings of an account. */
import { useText } from "../i18n/index.ts";
import { Select } from "../ui/fields/Select.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import type { AdvancedDraft, AdvancedError } from "./advanced.ts";
import styles from "./AdvancedFields.module.css";

export interface AdvancedFieldsProps {
  draft: AdvancedDraft;
  error: AdvancedError | null;
  isDisabled?: boolean;
  onChange(draft: AdvancedDraft): void;
}

export function AdvancedFields({ draft, error, isDisabled = false, onChange }: AdvancedFieldsProps) {
  const t = useText();
  const set = (change: Partial<AdvancedDraft>) => onChange({ ...draft, ...change });
  return (
    <div className={styles.fields}>
      <div className={styles.row}>
        <TextField
          label={t("signin.host")}
          hint={t("signin.hostHint")}
          error={error === "portWithoutHost" ? t("signin.error-portWithoutHost") : null}
          value={draft.host}
          maxLength={253}
          spellCheck="false"
          autoCorrect="off"
          isDisabled={isDisabled}
          onChange={(host) => set({ host })}
        />
        <TextField
          label={t("signin.port")}
          error={error === "portBad" ? t("signin.error-portBad") : null}
          placeholder={draft.security === "direct" ? "5223" : "5222"}
          value={draft.port}
          maxLength={5}
          inputMode="numeric"
          isDisabled={isDisabled}
          onChange={(port) => set({ port })}
        />
      </div>
      <Select
        label={t("signin.security")}
        value={draft.security}
        isDisabled={isDisabled}
        onChange={(security) => set({ security })}
        choices={[
          { id: "automatic", label: t("signin.securityAutomatic") },
          { id: "starttls", label: t("signin.securityStarttls") },
          { id: "direct", label: t("signin.securityDirect") },
        ]}
      />
      <TextField
        label={t("signin.resource")}
        hint={t("signin.resourceHint")}
        value={draft.resource}
        maxLength={1023}
        spellCheck="false"
        isDisabled={isDisabled}
        onChange={(resource) => set({ resource })}
      />
    </div>
  );
}
