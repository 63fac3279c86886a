/** The sign-in screen: a welcome on the first run, a plain form for a further account. */
import { ArrowLeft, HardDriveDownload, LockKeyhole, Network } from "lucide-react";
import { useState } from "react";
import logo from "../../assets/icon.svg";
import type { Account } from "../../shared/model/account.ts";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useNavigation } from "../state/navigation.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { RestoreInstead } from "./RestoreInstead.tsx";
import { SignInForm } from "./SignInForm.tsx";
import styles from "./SignInView.module.css";
import { useSignIn } from "./use-sign-in.ts";

function Promises() {
  const t = useText();
  const promises = [
    { icon: <Network />, title: t("signin.promiseOpen"), text: t("signin.promiseOpenText") },
    { icon: <LockKeyhole />, title: t("signin.promiseLocked"), text: t("signin.promiseLockedText") },
    { icon: <HardDriveDownload />, title: t("signin.promiseSafe"), text: t("signin.promiseSafeText") },
  ];
  return (
    <ul className={styles.promises}>
      {promises.map(({ icon, title, text }) => (
        <li key={title} className={styles.promise}>
          {icon}
          <div>
            <p className={styles.promiseTitle}>{title}</p>
            <p className={styles.promiseText}>{text}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function OtherWays() {
  const t = useText();
  return (
    <>
      <Button wide onPress={() => useNavigation.getState().showDialog({ kind: "registration", start: NOTHING_GIVEN })}>
        {t("registration.title")}
      </Button>
      <RestoreInstead />
    </>
  );
}

const NOTHING_GIVEN = { domain: "", name: null, preauth: null, inviter: null };

export function SignInView() {
  const t = useText();
  const { show } = useNavigation();
  const signIn = useSignIn((_account: Account) => show("chat"));
  // The state when the view was opened: adding the account must not change the layout.
  const [isFirst] = useState(() => useAccounts.getState().accounts.length === 0);
  const leave = async () => {
    await signIn.giveUp();
    show("settings");
  };
  if (isFirst) {
    return (
      <main className={styles.first}>
        <section className={styles.welcome}>
          <img className={styles.logo} src={logo} alt="" width="88" height="88" />
          <h1 className={styles.title}>{t("signin.welcome")}</h1>
          <p className={styles.lead}>{t("signin.welcomeText")}</p>
          <Promises />
        </section>
        <section className={styles.side}>
          <div className={styles.card}>
            <h2 className={styles.heading}>{t("signin.title")}</h2>
            <SignInForm signIn={signIn} />
            <OtherWays />
          </div>
        </section>
      </main>
    );
  }
  return (
    <main className={styles.further}>
      <div className={styles.back}>
        <IconButton label={t("common.back")} onPress={() => void leave()}>
          <ArrowLeft />
        </IconButton>
      </div>
      <div className={styles.card}>
        <h1 className={styles.heading}>{t("signin.addTitle")}</h1>
        <p className={styles.text}>{t("signin.addText")}</p>
        <SignInForm signIn={signIn} />
        <OtherWays />
      </div>
    </main>
  );
}
