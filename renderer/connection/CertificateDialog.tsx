/** Shows a server's certificate and asks whether to trust exactly this one for this account. */
import { useState } from "react";
import { ShieldAlert, ShieldQuestion } from "lucide-react";
import type { Account } from "../../shared/model/account.ts";
import type { Problem } from "../../shared/model/problem.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Fingerprint } from "../ui/Fingerprint.tsx";
import styles from "./CertificateDialog.module.css";

/** `DNS:example.org` → `example.org` */
const plainName = (name: string): string => name.replace(/^(DNS|IP Address):/, "");

interface QuestionProps {
  /** The account, or the server if there is no account yet. */
  of: string;
  /** One of the `certificate-…` problems, with its certificate. */
  problem: Problem;
  onTrust(fingerprint: string): void;
  onClose(): void;
}

export function CertificateQuestion({ of, problem, onTrust, onClose }: QuestionProps) {
  const t = useText();
  const { date, list } = useFormats();
  const { certificate } = problem;
  const [now] = useState(() => Date.now());
  if (certificate === undefined) return null;
  const host = problem.host ?? of.split("@").at(-1) ?? "";
  const changed = problem.code === "certificate-changed";
  const timing =
    certificate.validTo < now
      ? t("connection.expired")
      : certificate.validFrom > now
        ? t("connection.notYetValid")
        : null;

  return (
    <Dialog
      isOpen
      onClose={onClose}
      role="alertdialog"
      size="medium"
      tone="danger"
      icon={changed ? <ShieldAlert /> : <ShieldQuestion />}
      title={t(changed ? "connection.certificateChangedTitle" : "connection.certificateTitle")}
      actions={
        <>
          <Button variant={changed ? "danger" : "secondary"} onPress={() => onTrust(certificate.fingerprint)}>
            {t(changed ? "connection.trustChanged" : "connection.trust")}
          </Button>
          <Button variant={changed ? "secondary" : "primary"} autoFocus onPress={onClose}>
            {t("connection.doNotTrust")}
          </Button>
        </>
      }
    >
      {changed ? (
        <Callout tone="danger">
          <p>{t("problem.certificate-changed")}</p>
          <p>{t("connection.certificateChangedWarning")}</p>
        </Callout>
      ) : (
        <p>{t(`problem.${problem.code}`)}</p>
      )}
      {changed && problem.pinned !== undefined && (
        <Fingerprint label={t("connection.fingerprintOld")} value={problem.pinned} muted />
      )}
      <Fingerprint
        label={t(changed ? "connection.fingerprintNew" : "connection.fingerprint")}
        value={certificate.fingerprint}
        {...(problem.pinned === undefined ? {} : { compareWith: problem.pinned })}
      />
      <dl className={styles.facts}>
        <dt>{t("connection.server")}</dt>
        <dd>
          {of.includes("@")
            ? t("connection.certificateFor", { host, jid: of })
            : t("connection.certificateForNew", { host, domain: of })}
        </dd>
        <dt>{t("connection.issuedTo")}</dt>
        <dd>{certificate.subject}</dd>
        <dt>{t("connection.issuedBy")}</dt>
        <dd>{certificate.issuer === certificate.subject ? t("connection.selfSigned") : certificate.issuer}</dd>
        <dt>{t("connection.validNames")}</dt>
        <dd>{certificate.names.length > 0 ? list(certificate.names.map(plainName)) : t("connection.noNames")}</dd>
        <dt>{t("connection.validity")}</dt>
        <dd>
          {t("connection.validFromTo", { from: date(certificate.validFrom), to: date(certificate.validTo) })}
          {timing !== null && <strong className={styles.bad}> ({timing})</strong>}
        </dd>
      </dl>
      {!changed && <Callout tone="warning">{t("connection.certificateWarning")}</Callout>}
    </Dialog>
  );
}

export function CertificateDialog({
  account,
  problem,
  onClose,
}: {
  account: Account;
  problem: Problem;
  onClose(): void;
}) {
  async function trust(fingerprint: string) {
    if (await attempt(call("account.pinCertificate", { account: account.id, fingerprint }))) onClose();
  }
  return (
    <CertificateQuestion
      of={account.jid}
      problem={problem}
      onTrust={(fingerprint) => void trust(fingerprint)}
      onClose={onClose}
    />
  );
}
