/** Why no account was created: our sentence, and the server's text as a quotation. */
import type { ReactNode } from "react";
import type { RegistrationRefusal } from "../../shared/model/registration.ts";
import { useText } from "../i18n/index.ts";
import { Callout } from "../ui/feedback/Callout.tsx";

export function Refusal({ refusal: { why, text }, children }: { refusal: RegistrationRefusal; children?: ReactNode }) {
  const t = useText();
  return (
    <Callout tone={why === "expired" ? "warning" : "danger"} isAlert {...(children ? { actions: children } : {})}>
      <p>{t(`registration.refused-${why}`)}</p>
      {text.trim() !== "" && (
        <p>
          {t("registration.said")} <q dir="auto">{text}</q>
        </p>
      )}
    </Callout>
  );
}
