/** Creates an account (XEP-0077) in steps: the server, its form, the result. Loaded when it is opened. */
import { UserRoundPlus } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useText } from "../i18n/index.ts";
import type { RegistrationStart } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { canBeSent, FormStep } from "./FormStep.tsx";
import { CreatedStep } from "./CreatedStep.tsx";
import styles from "./Registration.module.css";
import { ServerStep } from "./ServerStep.tsx";
import { useSteps } from "./use-registration.ts";

export default function RegistrationDialog({ start, onClose }: { start: RegistrationStart; onClose(): void }) {
  const t = useText();
  const id = useId();
  const steps = useSteps();
  const [password, setPassword] = useState("");
  const { step, isBusy, begin } = steps;

  // The user has already agreed to that server.
  useEffect(() => {
    if (start.domain !== "")
      void begin({ domain: start.domain, advanced: {}, preauth: start.preauth, fingerprint: null });
    // Once, with what the dialog was opened with.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  function close(): void {
    onClose();
    if (step?.step !== "made") return;
    const { show, open } = useNavigation.getState();
    if (start.inviter === null) show("chat");
    else open({ account: step.account.id, jid: start.inviter.jid });
  }

  const isForm = step?.step === "form";
  const isMade = step?.step === "made";
  const next = isForm ? (canBeSent(step.form) ? t("registration.make") : null) : t("registration.goOn");
  return (
    <Dialog
      isOpen
      onClose={close}
      size="medium"
      icon={<UserRoundPlus />}
      title={t(isMade ? "registration.madeTitle" : "registration.title")}
      actions={
        isMade ? (
          <Button variant="primary" autoFocus onPress={close}>
            {t("registration.begin")}
          </Button>
        ) : (
          <>
            {isForm ? (
              <Button onPress={steps.back}>{t("registration.otherServer")}</Button>
            ) : (
              <Button onPress={close}>{t("common.cancel")}</Button>
            )}
            {next !== null && (
              <Button variant="primary" type="submit" form={id} isPending={isBusy}>
                {next}
              </Button>
            )}
          </>
        )
      }
    >
      <div className={styles.body}>
        {start.inviter !== null && !isMade && <p>{t("registration.invitedBy", { jid: start.inviter.jid })}</p>}
        {isMade ? (
          <CreatedStep made={step.account} password={password} start={start} />
        ) : isForm ? (
          <FormStep
            id={id}
            steps={steps}
            name={start.domain === steps.asked?.domain ? start.name : null}
            onPassword={setPassword}
          />
        ) : (
          <ServerStep id={id} steps={steps} given={start} />
        )}
      </div>
    </Dialog>
  );
}
