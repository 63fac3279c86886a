/** The account exists: shows its address, and its password for the only time. */
import { Copy } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Account } from "../../shared/model/account.ts";
import { ProblemText } from "../connection/ProblemText.tsx";
import type { RegistrationStart } from "../state/dialogs.ts";
import { attempt, copy } from "../state/act.ts";
import { useText } from "../i18n/index.ts";
import { problemOf, useAccount } from "../state/accounts/accounts.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { call } from "../state/ipc.ts";
import { Callout } from "../ui/feedback/Callout.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./Registration.module.css";

/** Adds the inviter as a contact once there is a connection; their server may have done so already. */
function useInviter(account: Account, { inviter, preauth }: RegistrationStart): void {
  const isOnline = account.connection.state === "online";
  const isDone = useRef(false);
  useEffect(() => {
    if (!isOnline || inviter === null || isDone.current) return;
    isDone.current = true;
    if (useContacts.getState().byId.has(`${account.id} ${inviter.jid}`)) return;
    void attempt(call("roster.add", { account: account.id, ...inviter, ...(preauth === null ? {} : { preauth }) }));
  }, [account.id, isOnline, inviter, preauth]);
}

function Fact({ label, value, isSecret = false }: { label: string; value: string; isSecret?: boolean }) {
  const t = useText();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <bdi className={isSecret ? styles.password : undefined}>{value}</bdi>
        <IconButton
          size="small"
          label={t("registration.copy", { what: label })}
          onPress={() => void copy(value, t("common.copied"))}
        >
          <Copy />
        </IconButton>
      </dd>
    </div>
  );
}

export function CreatedStep({ made, password, start }: { made: Account; password: string; start: RegistrationStart }) {
  const t = useText();
  const account = useAccount(made.id) ?? made;
  useInviter(account, start);
  const problem = problemOf(account);
  return (
    <div className={styles.body}>
      <p role="status">{t(account.connection.state === "online" ? "registration.ready" : "registration.signingIn")}</p>
      <dl className={styles.facts}>
        <Fact label={t("signin.jid")} value={account.jid} />
        <Fact label={t("signin.password")} value={password} isSecret />
      </dl>
      <Callout>{t("registration.keep")}</Callout>
      {problem !== null && (
        <Callout tone="warning" title={t(`problemTitle.${problem.code}`)}>
          <ProblemText problem={problem} />
        </Callout>
      )}
    </div>
  );
}
