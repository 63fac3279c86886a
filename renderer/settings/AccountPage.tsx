/** One account: its connection, password, server, trusted certificate, and removal. */
import { useState } from "react";
import type { Account } from "../../shared/model/account.ts";
import { ConnectionBanner } from "../connection/ConnectionBanners.tsx";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { useNavigation } from "../state/navigation.ts";
import { showToast } from "../state/toasts.ts";
import { attempt } from "../state/act.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Fingerprint } from "../ui/Fingerprint.tsx";
import { Switch } from "../ui/fields/Switch.tsx";
import { AdvancedForm, PasswordForm } from "./AccountForms.tsx";
import { ArchiveSection } from "./ArchiveSection.tsx";
import { OwnPicture } from "./OwnPicture.tsx";
import { Fact, PageHead, Row, Section } from "../ui/Section.tsx";

function Connection({ account }: { account: Account }) {
  const t = useText();
  const { dateTime } = useFormats();
  const { connection } = account;
  return (
    <Section title={t("settings.connection")}>
      <Row>
        <Switch
          label={t("settings.enabled")}
          hint={account.enabled ? t(`connection.state-${connection.state}`) : t("settings.enabledHint")}
          isSelected={account.enabled}
          onChange={(enabled) => void attempt(call("account.setEnabled", { account: account.id, enabled }))}
        />
      </Row>
      {(connection.state === "waiting" || connection.state === "stopped") && (
        <Row>
          <ConnectionBanner account={account} />
        </Row>
      )}
      {connection.state === "online" && (
        <>
          <Fact label={t("settings.connectedSince")}>{dateTime(connection.since)}</Fact>
          <Fact label={t("settings.tls")}>{connection.tls}</Fact>
          <Fact label={t("settings.mechanism")}>{connection.mechanism}</Fact>
          <Fact label={t("settings.resource")}>{connection.resource}</Fact>
        </>
      )}
    </Section>
  );
}

function Pinned({ account, fingerprint }: { account: Account; fingerprint: string }) {
  const t = useText();
  const unpin = async () => {
    if (await attempt(call("account.unpinCertificate", { account: account.id }))) {
      showToast({ tone: "success", text: t("settings.unpinned") });
    }
  };
  return (
    <Section title={t("settings.pinned")} text={t("settings.pinnedText")}>
      <Row stacked>
        <Fingerprint label={t("connection.fingerprint")} value={fingerprint} />
      </Row>
      <Row>
        <Button variant="danger-quiet" onPress={() => void unpin()}>
          {t("settings.unpin")}
        </Button>
      </Row>
    </Section>
  );
}

function Remove({ account }: { account: Account }) {
  const t = useText();
  const [asks, setAsks] = useState(false);
  const remove = async () => {
    setAsks(false);
    if (!(await attempt(call("account.remove", { account: account.id })))) return;
    showToast({ tone: "success", text: t("settings.removed", { jid: account.jid }) });
    const { openChat, closeChat, openSettings } = useNavigation.getState();
    if (openChat?.account === account.id) closeChat();
    openSettings();
  };
  return (
    <Section title={t("settings.danger")} text={t("settings.removeText")}>
      <Row>
        <Button variant="danger-quiet" onPress={() => setAsks(true)}>
          {t("settings.removeAccount")}
        </Button>
      </Row>
      <Dialog
        isOpen={asks}
        onClose={() => setAsks(false)}
        role="alertdialog"
        title={t("settings.removeTitle", { jid: account.jid })}
        actions={
          <>
            <Button autoFocus onPress={() => setAsks(false)}>
              {t("common.cancel")}
            </Button>
            <Button variant="danger" onPress={() => void remove()}>
              {t("settings.removeAccount")}
            </Button>
          </>
        }
      >
        <p>{t("settings.removeBody")}</p>
      </Dialog>
    </Section>
  );
}

export function AccountPage({ account }: { account: Account }) {
  return (
    <>
      <PageHead title={account.jid} />
      <OwnPicture account={account} />
      <Connection account={account} />
      <ArchiveSection account={account} />
      <PasswordForm account={account} />
      <AdvancedForm account={account} />
      {account.pinnedFingerprint !== null && <Pinned account={account} fingerprint={account.pinnedFingerprint} />}
      <Remove account={account} />
    </>
  );
}
