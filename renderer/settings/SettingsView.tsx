/** The settings: pages left, one page right; in a narrow window the pages are a row above. */
import { ArrowLeft, Database, Info, Palette, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts.ts";
import { useNavigation, type SettingsPage } from "../state/navigation.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { classNames } from "../ui/class-names.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { AboutPage } from "./AboutPage.tsx";
import { AccountPage } from "./AccountPage.tsx";
import { AppearancePage } from "./AppearancePage.tsx";
import styles from "./SettingsView.module.css";
import { StoragePage } from "./StoragePage.tsx";

interface Entry {
  page: SettingsPage;
  label: string;
  icon: ReactNode;
}

function PageButton({ page, label, icon }: Entry) {
  const { settingsPage, openSettings } = useNavigation();
  const isCurrent = settingsPage === page;
  return (
    <li>
      <Button
        className={classNames(styles.entry, isCurrent && styles.current)}
        aria-current={isCurrent ? "page" : undefined}
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
  if (page === "storage") return <StoragePage />;
  if (page === "about") return <AboutPage />;
  return <AppearancePage />;
}

export function SettingsView() {
  const t = useText();
  const { show } = useNavigation();
  const accounts = useAccounts((state) => state.accounts);
  return (
    <div className={styles.settings}>
      <nav className={styles.nav} aria-label={t("settings.title")}>
        <header className={styles.head}>
          <IconButton label={t("common.back")} shortcut="Esc" onPress={() => show("chat")}>
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
                  <Avatar
                    jid={account.jid}
                    size="small"
                    show={account.connection.state === "online" ? account.presence.show : "offline"}
                  />
                }
              />
            ))}
            <li>
              <Button className={styles.entry ?? ""} onPress={() => show("sign-in")}>
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
            <PageButton page="storage" label={t("settings.storage")} icon={<Database aria-hidden="true" />} />
            <PageButton page="about" label={t("settings.about")} icon={<Info aria-hidden="true" />} />
          </ul>
        </div>
      </nav>
      <main className={styles.main}>
        <div className={styles.page}>
          <Page />
        </div>
      </main>
    </div>
  );
}
