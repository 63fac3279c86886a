/** End-to-end encryption: the default for chats, and the keys of each account. */
import { OwnDevices } from "../devices/OwnDevices.tsx";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { changeSettings, useSettings } from "../state/settings.ts";
import { Switch } from "../ui/fields/Switch.tsx";
import styles from "./EncryptionPage.module.css";
import { PageHead, Row, Section } from "../ui/Section.tsx";

export function EncryptionPage() {
  const t = useText();
  const accounts = useAccounts((state) => state.accounts);
  const { encryptByDefault } = useSettings((state) => state.settings);
  return (
    <>
      <PageHead title={t("encryption.title")}>{t("encryption.pageText")}</PageHead>
      <Section title={t("encryption.chats")}>
        <Row>
          <Switch
            label={t("encryption.byDefault")}
            hint={t("encryption.byDefaultHint")}
            isSelected={encryptByDefault}
            onChange={(on) => void changeSettings({ encryptByDefault: on })}
          />
        </Row>
      </Section>
      {accounts.map((account) => (
        <div key={account.id} className={styles.account}>
          {accounts.length > 1 && <h3 className={styles.jid}>{account.jid}</h3>}
          <OwnDevices account={account} />
        </div>
      ))}
    </>
  );
}
