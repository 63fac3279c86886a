/** A banner for each account that is not online: the problem, the time of the next attempt, and possible actions. */
import { CircleAlert, CloudOff, ShieldAlert } from "lucide-react";
import { useState } from "react";
import type { Account } from "../../shared/model/account.ts";
import type { Problem } from "../../shared/model/problem.ts";
import { t as translate, useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { call } from "../state/ipc.ts";
import { useNavigation } from "../state/navigation.ts";
import { attempt } from "../state/act.ts";
import { Banner } from "../ui/feedback/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { CertificateDialog } from "./CertificateDialog.tsx";
import styles from "./ConnectionBanners.module.css";
import { useSecondsUntil } from "./countdown.ts";
import { DowngradeDialog } from "./DowngradeDialog.tsx";
import { PasswordDialog } from "./PasswordDialog.tsx";
import { ProblemText } from "./ProblemText.tsx";
import { remedyFor } from "./remedy.ts";

/** Seconds below two minutes, then minutes, because a number that changes too often is distracting. */
function countdownText(seconds: number): string {
  if (seconds === 0) return translate("connection.retryNow");
  if (seconds < 120) return translate("connection.retryIn", { count: seconds });
  return translate("connection.retryInMinutes", { count: Math.ceil(seconds / 60) });
}

const tryNow = (account: Account): Promise<boolean> => attempt(call("account.connectNow", { account: account.id }));

function WaitingBanner({ account, retryAt, problem }: { account: Account; retryAt: number; problem: Problem }) {
  const t = useText();
  const seconds = useSecondsUntil(retryAt);
  const several = useAccounts((state) => state.accounts.length > 1);
  return (
    <Banner
      icon={<CloudOff />}
      title={t(`problemTitle.${problem.code}`)}
      actions={
        <Button size="small" onPress={() => void tryNow(account)}>
          {t("connection.tryNow")}
        </Button>
      }
    >
      {several && <p className={styles.account}>{account.jid}</p>}
      <p className={styles.countdown} role="timer" aria-live="off">
        {countdownText(seconds)}
      </p>
    </Banner>
  );
}

function StoppedBanner({ account, problem }: { account: Account; problem: Problem }) {
  const t = useText();
  const [asks, setAsks] = useState(false);
  const several = useAccounts((state) => state.accounts.length > 1);
  const remedy = remedyFor(problem);
  const close = () => setAsks(false);
  const action = {
    password: { label: t("connection.enterPassword"), run: () => setAsks(true) },
    certificate: { label: t("connection.inspectCertificate"), run: () => setAsks(true) },
    downgrade: { label: t("connection.explain"), run: () => setAsks(true) },
    settings: {
      label: t("connection.openAccount"),
      run: () => useNavigation.getState().openSettings(`account:${account.id}`),
    },
    none: null,
  }[remedy];
  return (
    <>
      <Banner
        tone={problem.code === "wrong-password" ? "warning" : "danger"}
        icon={remedy === "certificate" || remedy === "downgrade" ? <ShieldAlert /> : <CircleAlert />}
        title={t(`problemTitle.${problem.code}`)}
        actions={
          <>
            {action !== null && (
              <Button size="small" variant="primary" onPress={action.run}>
                {action.label}
              </Button>
            )}
            <Button size="small" onPress={() => void tryNow(account)}>
              {t("connection.tryNow")}
            </Button>
          </>
        }
      >
        {several && <p className={styles.account}>{account.jid}</p>}
        <ProblemText problem={problem} />
      </Banner>
      {asks && remedy === "password" && <PasswordDialog account={account} onClose={close} />}
      {asks && remedy === "certificate" && <CertificateDialog account={account} problem={problem} onClose={close} />}
      {asks && remedy === "downgrade" && <DowngradeDialog account={account} problem={problem} onClose={close} />}
    </>
  );
}

/** The problem of one account and possible actions; empty if there is none. */
export function ConnectionBanner({ account }: { account: Account }) {
  const { connection } = account;
  if (connection.state === "waiting") {
    return <WaitingBanner account={account} retryAt={connection.retryAt} problem={connection.problem} />;
  }
  return connection.state === "stopped" ? <StoppedBanner account={account} problem={connection.problem} /> : null;
}

export function ConnectionBanners() {
  const accounts = useAccounts((state) => state.accounts);
  const troubled = accounts.filter(({ connection: { state } }) => state === "waiting" || state === "stopped");
  // The live region always exists: one that is inserted together with its text is not announced.
  return (
    <div className={styles.banners} role="status">
      {troubled.map((account) => (
        <ConnectionBanner key={account.id} account={account} />
      ))}
    </div>
  );
}
