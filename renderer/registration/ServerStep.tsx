/** Chooses the server of the new account, and shows why the previous one failed. */
import { useState, type FormEvent } from "react";
import { CertificateQuestion } from "../connection/CertificateDialog.tsx";
import { ProblemText } from "../connection/ProblemText.tsx";
import { useText } from "../i18n/index.ts";
import { emptyDraft, readDraft, type AdvancedError } from "../signin/advanced.ts";
import { AdvancedFields } from "../signin/AdvancedFields.tsx";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import { Refusal } from "./Refusal.tsx";
import styles from "./Registration.module.css";
import { readServer } from "./server-name.ts";
import type { Asked, Steps } from "./use-registration.ts";
import { Fold } from "../ui/Fold.tsx";

interface ServerStepProps {
  id: string;
  steps: Steps;
  /** The content of the invitation. */
  given: Pick<Asked, "domain" | "preauth">;
}

function Trouble({ steps }: { steps: Steps }) {
  const t = useText();
  const [asks, setAsks] = useState(false);
  const { step, asked, isBusy, begin } = steps;
  if (steps.error !== null) {
    return (
      <Callout tone="danger" isAlert>
        {t(`error.${steps.error}`)}
      </Callout>
    );
  }
  if (isBusy || asked === null) return null;
  if (step?.step === "refused") {
    const { preauth } = asked;
    return (
      <Refusal refusal={step.refusal}>
        {step.refusal.why === "token" && preauth !== null && (
          <Button size="small" onPress={() => void begin({ ...asked, preauth: null })}>
            {t("registration.withoutCode")}
          </Button>
        )}
      </Refusal>
    );
  }
  if (step?.step !== "trouble") return null;
  const { problem } = step;
  const mayTrust = problem.certificate !== undefined;
  return (
    <>
      <Callout
        tone={mayTrust ? "warning" : "danger"}
        title={t(`problemTitle.${problem.code}`)}
        isAlert
        {...(mayTrust
          ? {
              actions: (
                <Button size="small" onPress={() => setAsks(true)}>
                  {t("connection.inspectCertificate")}
                </Button>
              ),
            }
          : {})}
      >
        <ProblemText problem={problem} />
      </Callout>
      {asks && (
        <CertificateQuestion
          of={asked.domain}
          problem={problem}
          onClose={() => setAsks(false)}
          onTrust={(fingerprint) => {
            setAsks(false);
            void begin({ ...asked, fingerprint });
          }}
        />
      )}
    </>
  );
}

export function ServerStep({ id, steps, given }: ServerStepProps) {
  const t = useText();
  const [server, setServer] = useState(steps.asked?.domain ?? given.domain);
  const [isWrong, setWrong] = useState(false);
  const [draft, setDraft] = useState(emptyDraft);
  const [advancedError, setAdvancedError] = useState<AdvancedError | null>(null);
  const [isUnfolded, setUnfolded] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (steps.isBusy) return;
    const domain = await readServer(server);
    const { advanced, error } = readDraft(draft);
    setWrong(domain === null);
    setAdvancedError(error);
    if (error !== null) setUnfolded(true);
    // The code is only valid at its own server.
    if (domain !== null && advanced !== null)
      await steps.begin({
        domain,
        advanced,
        preauth: domain === given.domain ? given.preauth : null,
        fingerprint: null,
      });
  }

  return (
    <form
      id={id}
      className={styles.body}
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-label={t("registration.title")}
    >
      <Trouble steps={steps} />
      <p>{t("registration.serverText")}</p>
      <TextField
        autoFocus
        label={t("registration.server")}
        hint={t("registration.serverHint")}
        error={isWrong ? t("registration.serverBad") : null}
        value={server}
        maxLength={1023}
        spellCheck="false"
        autoCorrect="off"
        autoComplete="off"
        isDisabled={steps.isBusy}
        onChange={(text) => {
          setServer(text);
          setWrong(false);
        }}
      />
      <Fold label={t("signin.advanced")} isOpen={isUnfolded} onToggle={setUnfolded}>
        <AdvancedFields draft={draft} error={advancedError} isDisabled={steps.isBusy} onChange={setDraft} />
      </Fold>
    </form>
  );
}
