/** Says in the header of a conversation that its address breaks the rules (RFC 7622); nothing for all others. */
import type { Jid } from "../../shared/jid.ts";
import { useText } from "../i18n/index.ts";
import { useBreaksRules } from "../state/address.ts";

export function BreaksRules({ jid }: { jid: Jid }) {
  const t = useText();
  if (!useBreaksRules(jid)) return null;
  return (
    <>
      <span title={t("roster.breaksRulesWhy")}>{t("roster.breaksRules")}</span> ·{" "}
    </>
  );
}
