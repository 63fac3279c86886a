/** The window: decides which view fills it. */
import { Unplug } from "lucide-react";
import { useEffect } from "react";
import { I18nProvider } from "react-aria-components";
import { useLanguage, useText } from "../i18n/index.ts";
import { SettingsView } from "../settings/SettingsView.tsx";
import { SignInView } from "../signin/SignInView.tsx";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useNavigation } from "../state/navigation.ts";
import { isOpen, loadSession, useSession } from "../state/accounts/session.ts";
import { StoreLocked } from "../store-locked/StoreLocked.tsx";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { Toasts } from "./Toasts.tsx";
import { useFocusReport } from "./focus-report.ts";
import { Dialogs } from "./Dialogs.tsx";
import { Frame } from "./Frame.tsx";
import frame from "./Frame.module.css";
import { FrameSkeleton } from "./FrameSkeleton.tsx";
import { followRefusals } from "./refusals.ts";
import { useShortcuts } from "./shortcuts.ts";
import { useDocumentSettings } from "./theme.ts";

function StartFailed() {
  const t = useText();
  const error = useSession((state) => state.error) ?? "internal";
  return (
    <main className={frame.alone}>
      <Hidden as="h1">{t("common.appName")}</Hidden>
      <EmptyState
        icon={<Unplug />}
        title={t("common.startFailed")}
        actions={
          <Button variant="primary" onPress={() => void loadSession()}>
            {t("common.tryAgain")}
          </Button>
        }
      >
        {t(`error.${error}`)}
      </EmptyState>
    </main>
  );
}

/** This page has no session (any more). Only the address of the next start opens one. */
function Ended() {
  const t = useText();
  return (
    <main className={frame.alone}>
      <Hidden as="h1">{t("common.appName")}</Hidden>
      <EmptyState icon={<Unplug />} title={t("common.ended")}>
        <p>{t("common.endedWhy")}</p>
        <p>{t("common.endedHint")}</p>
      </EmptyState>
    </main>
  );
}

/** The frame and its shortcuts. */
function Inside() {
  const view = useNavigation((state) => state.view);
  const hasAccounts = useAccounts((state) => state.accounts.length > 0);
  useShortcuts();
  useFocusReport();
  useEffect(followRefusals, []);
  // On the first run the sign-in view stays after the account is added, until it is online.
  useEffect(() => {
    if (!hasAccounts) useNavigation.getState().show("sign-in");
  }, [hasAccounts]);
  return (
    <>
      {view === "sign-in" || !hasAccounts ? <SignInView /> : view === "settings" ? <SettingsView /> : <Frame />}
      <Dialogs hasChats={view === "chat" && hasAccounts} />
    </>
  );
}

function View() {
  const phase = useSession((state) => state.phase);
  const store = useSession((state) => state.store);
  if (phase === "ended") return <Ended />;
  if (phase === "failed") return <StartFailed />;
  if (phase === "starting" || store.state === "opening") return <FrameSkeleton />;
  return isOpen(store) ? <Inside /> : <StoreLocked />;
}

export function App() {
  useDocumentSettings();
  const language = useLanguage();
  return (
    <I18nProvider locale={language === "de" ? "de-DE" : "en-GB"}>
      <View />
      <Toasts />
    </I18nProvider>
  );
}
