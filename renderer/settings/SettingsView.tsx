/** The settings: pages on the left, one page on the right; a narrow window shows one of the two. */
import { Archive, ArrowLeft, Database, Info, LockKeyhole, Palette, Plus, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { Account } from "../../shared/model/account.ts";
import { Button } from "react-aria-components";
import { useIsNarrow } from "../ui/narrow.ts";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useNavigation, type SettingsPage } from "../state/navigation.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { classNames } from "../ui/class-names.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { AboutPage } from "./AboutPage.tsx";
import { AccountPage } from "./AccountPage.tsx";
import { AppearancePage } from "./AppearancePage.tsx";
import { BackupPage } from "./BackupPage.tsx";
import { EncryptionPage } from "./EncryptionPage.tsx";
import styles from "./SettingsView.module.css";
import { PrivacyPage } from "./PrivacyPage.tsx";
import { StoragePage } from "./StoragePage.tsx";

interface Entry {
  page: SettingsPage;
  label: string;
  icon: ReactNode;
}

function PageButton({ page, label, icon }: Entry) {
  const { settingsPage, openSettings } = useNavigation();
  const narrow = useIsNarrow();
  // In a wide window one page is always open.
  const isCurrent = !narrow && (settingsPage === "overview" ? page === "appearance" : settingsPage === page);
  return (
    <li>
      <Button
        className={classNames(styles.entry, isCurrent && styles.current)}
        {...(isCurrent ? { "aria-current": "page" as const } : {})}
        onPress={() => openSettings(page)}
      >
        {icon}
        <span className={styles.entryLabel}>{label}</span>
      </Button>
    </li>
  );
}

function Page() {
  const page = useNavigation((state) => state.settingsPage);
  const accounts = useAccounts((state) => state.accounts);
  const account = accounts.find((one) => page === `account:${one.id}`);
  if (account !== undefined) return <AccountPage key={account.id} account={account} />;
  if (page === "privacy") return <PrivacyPage />;
  if (page === "encryption") return <EncryptionPage />;
  if (page === "storage") return <StoragePage />;
  if (page === "backup") return <BackupPage />;
  if (page === "about") return <AboutPage />;
  return <AppearancePage />;
}

interface PagesProps {
  accounts: readonly Account[];
  /** The list fills the window and is the main landmark. */
  isAlone: boolean;
  onBack(): void;
  onAdd(): void;
}

function Pages({ accounts, isAlone, onBack, onAdd }: PagesProps) {
  const t = useText();
  const Side = isAlone ? "main" : "nav";
  return (
    <Side className={styles.nav} aria-label={t("settings.title")}>
      <header className={styles.head}>
        <IconButton label={t("common.back")} shortcut="Esc" onPress={onBack}>
          <ArrowLeft />
        </IconButton>
        <h1 className={styles.title}>{t("settings.title")}</h1>
      </header>
      <div className={styles.groups}>
        <h2 className={styles.group}>{t("settings.accounts")}</h2>
        <ul>
          {accounts.map((account) => (
            <PageButton
              key={account.id}
              page={`account:${account.id}`}
              label={account.jid}
              icon={
                <Portrait
                  account={account.id}
                  of={account.jid}
                  jid={account.jid}
                  size="small"
                  show={account.connection.state === "online" ? account.presence.show : "offline"}
                />
              }
            />
          ))}
          <li>
            <Button className={styles.entry ?? ""} onPress={onAdd}>
              <span className={styles.plus}>
                <Plus aria-hidden="true" />
              </span>
              <span className={styles.entryLabel}>{t("settings.addAccount")}</span>
            </Button>
          </li>
        </ul>
        <h2 className={styles.group}>{t("settings.general")}</h2>
        <ul>
          <PageButton page="appearance" label={t("settings.appearance")} icon={<Palette aria-hidden="true" />} />
          <PageButton page="privacy" label={t("settings.privacy")} icon={<ShieldCheck aria-hidden="true" />} />
          <PageButton page="encryption" label={t("encryption.title")} icon={<LockKeyhole aria-hidden="true" />} />
          <PageButton page="storage" label={t("settings.storage")} icon={<Database aria-hidden="true" />} />
          <PageButton page="backup" label={t("backup.title")} icon={<Archive aria-hidden="true" />} />
          <PageButton page="about" label={t("settings.about")} icon={<Info aria-hidden="true" />} />
        </ul>
      </div>
    </Side>
  );
}

export function SettingsView() {
  const t = useText();
  const narrow = useIsNarrow();
  const { show, settingsPage, openSettings } = useNavigation();
  const accounts = useAccounts((state) => state.accounts);
  const atOverview = settingsPage === "overview";
  return (
    <div className={styles.settings}>
      {(!narrow || atOverview) && (
        <Pages accounts={accounts} isAlone={narrow} onBack={() => show("chat")} onAdd={() => show("sign-in")} />
      )}
      {(!narrow || !atOverview) && (
        <main className={styles.main}>
          {narrow && (
            <header className={styles.head}>
              <IconButton label={t("common.back")} onPress={() => openSettings("overview")}>
                <ArrowLeft />
              </IconButton>
              <h1 className={styles.title}>{t("settings.title")}</h1>
            </header>
          )}
          <div className={styles.page}>
            <Page />
          </div>
        </main>
      )}
    </div>
  );
}
