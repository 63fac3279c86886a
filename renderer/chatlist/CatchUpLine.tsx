/** Says that messages are being fetched from the archive, after more than a second. Does not move the layout. */
import { useEffect, useState } from "react";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import styles from "./CatchUpLine.module.css";

const PATIENCE_MS = 1_000;

export function CatchUpLine() {
  const t = useText();
  const { number } = useFormats();
  const count = useAccounts(({ accounts }) =>
    accounts.reduce<number | null>(
      (sum, { catchUp }) => (catchUp === null ? sum : (sum ?? 0) + catchUp.messages),
      null,
    ),
  );
  const isBusy = count !== null;
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isBusy]);
  const isShown = isBusy && isLong;
  return (
    <>
      <span className={styles.spoken} role="status">
        {isShown ? t("chat.fetching") : ""}
      </span>
      {isShown && (
        <div className={styles.line} aria-hidden="true">
          <span className={styles.text}>{t("chat.fetched", { number: number(count) })}</span>
        </div>
      )}
    </>
  );
}
