/**
 * The store could not be opened: shows the reason, and offers to try again, to enter the recovery key, or to start
 * afresh.
 */
import { ArchiveRestore, KeyRound, LockKeyhole, RotateCw } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import { useText } from "../i18n/index.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { takeStatus, useSession } from "../state/accounts/session.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { RestoreForm } from "./RestoreForm.tsx";
import styles from "./StoreLocked.module.css";
import type { StoreStatus } from "../../shared/model/store-status.ts";

/** The result of the last try. */
type Outcome = { kind: "none" } | { kind: "still-locked" } | { kind: "failed"; code: ErrorCode };

interface ChoiceProps {
  icon: ReactNode;
  title: string;
  hint: string;
  isDisabled: boolean;
  onPress(): void;
}

function Choice({ icon, title, hint, isDisabled, onPress }: ChoiceProps) {
  return (
    <AriaButton className={styles.choice ?? ""} isDisabled={isDisabled} onPress={onPress}>
      <span className={styles.choiceIcon}>{icon}</span>
      <span className={styles.choiceWords}>
        <span className={styles.choiceTitle}>{title}</span>
        <span className={styles.choiceHint}>{hint}</span>
      </span>
    </AriaButton>
  );
}

export function StoreLocked() {
  const t = useText();
  const store = useSession((state) => state.store);
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>({ kind: "none" });
  const [form, setForm] = useState<"none" | "restore" | "afresh">("none");
  if (store.state !== "locked") return null;

  async function attempt(run: () => Promise<StoreStatus>) {
    setBusy(true);
    setOutcome({ kind: "none" });
    try {
      const status = await run();
      if (status.state === "locked") setOutcome({ kind: "still-locked" });
      await takeStatus(status);
    } catch (error) {
      setOutcome({ kind: "failed", code: errorCodeOf(error) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className={styles.view}>
      <div className={styles.card}>
        <span className={styles.icon} aria-hidden="true">
          <LockKeyhole />
        </span>
        <h1 className={styles.title}>{t("store.title")}</h1>
        <p className={styles.reason}>{t(`store.locked-${store.reason}`)}</p>
        <div className={styles.file}>
          <p>{t("store.untouched")}</p>
          <code className={styles.path}>{store.path}</code>
          {store.detail !== "" && (
            <p className={styles.detail}>
              {t("store.detail")}: {store.detail}
            </p>
          )}
        </div>
        <div role="status">
          {outcome.kind !== "none" && (
            <Callout tone="danger">
              {outcome.kind === "failed" ? t(`error.${outcome.code}`) : t("store.stillLocked")}
            </Callout>
          )}
        </div>
        {form === "restore" ? (
          <RestoreForm
            isBusy={isBusy}
            onCancel={() => setForm("none")}
            onSubmit={(recoveryKey) => void attempt(() => call("store.restore", { recoveryKey }))}
          />
        ) : (
          <div className={styles.choices}>
            <Choice
              icon={<RotateCw />}
              title={t("common.tryAgain")}
              hint={t("store.retryHint")}
              isDisabled={isBusy}
              onPress={() => void attempt(() => call("store.retry", {}))}
            />
            <Choice
              icon={<KeyRound />}
              title={t("store.restore")}
              hint={t("store.restoreHint")}
              isDisabled={isBusy}
              onPress={() => setForm("restore")}
            />
            <Choice
              icon={<ArchiveRestore />}
              title={t("store.afresh")}
              hint={t("store.afreshHint")}
              isDisabled={isBusy}
              onPress={() => setForm("afresh")}
            />
          </div>
        )}
      </div>
      <Dialog
        isOpen={form === "afresh"}
        onClose={() => setForm("none")}
        role="alertdialog"
        title={t("store.afreshTitle")}
        actions={
          <>
            <Button autoFocus onPress={() => setForm("none")}>
              {t("common.cancel")}
            </Button>
            <Button
              variant="danger"
              onPress={() => {
                setForm("none");
                void attempt(() => call("store.startAfresh", {}));
              }}
            >
              {t("store.afreshConfirm")}
            </Button>
          </>
        }
      >
        <p>{t("store.afreshBody")}</p>
      </Dialog>
    </main>
  );
}
