/** Restores a backup: file, contents, and the choice about its device. Opened from the settings and the sign-in. */
import { useState } from "react";
import type { CommandResult, ErrorCode } from "../../shared/ipc/index.ts";
import { useText } from "../i18n/index.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import styles from "./Backup.module.css";
import { BackupContents, type Takeover } from "./BackupContents.tsx";
import { JobProgress } from "./JobProgress.tsx";
import { OpenBackup, type Source } from "./OpenBackup.tsx";

type Inside = CommandResult<"backup.inspect">;
type State =
  | { step: "choosing"; code: ErrorCode | null; givenUp: boolean }
  | { step: "opened"; source: Source; inside: Inside }
  | { step: "working" }
  | { step: "restored"; result: NonNullable<CommandResult<"backup.import">> };

export function RestoreBackup() {
  const t = useText();
  const [state, setState] = useState<State>({ step: "choosing", code: null, givenUp: false });
  const fail = (error: unknown) => setState({ step: "choosing", code: errorCodeOf(error), givenUp: false });

  async function open(source: Source): Promise<void> {
    try {
      setState({ step: "opened", source, inside: await call("backup.inspect", source) });
    } catch (error) {
      fail(error);
    }
  }
  async function restore(source: Source, omemo: Takeover): Promise<void> {
    setState({ step: "working" });
    try {
      const result = await call("backup.import", { ...source, omemo });
      setState(result === null ? { step: "choosing", code: null, givenUp: true } : { step: "restored", result });
    } catch (error) {
      fail(error);
    }
  }

  if (state.step === "working") return <JobProgress />;
  if (state.step === "opened") {
    const { source, inside } = state;
    const back = () => setState({ step: "choosing", code: null, givenUp: false });
    return <BackupContents inside={inside} onCancel={back} onRestore={(omemo) => void restore(source, omemo)} />;
  }
  if (state.step === "restored") {
    const { added, device } = state.result;
    return (
      <Callout
        tone="success"
        isAlert
        title={t("backup.restored", { count: added })}
        // Everything in the window may have changed, so it reloads.
        actions={<Button onPress={() => location.reload()}>{t("backup.finish")}</Button>}
      >
        {t(`backup.device-${device}`)}
      </Callout>
    );
  }
  return (
    <div className={styles.form}>
      <OpenBackup onOpen={open} />
      {state.code !== null && (
        <Callout tone="danger" isAlert>
          {t(`error.${state.code}`)}
        </Callout>
      )}
      {state.givenUp && <Callout isAlert>{t("backup.cancelled")}</Callout>}
    </div>
  );
}
