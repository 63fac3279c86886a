/** The progress of the running backup, and a button to cancel it. */
import { useEffect, useState } from "react";
import { Label, ProgressBar } from "react-aria-components";
import type { BackupProgress } from "../../shared/model/backup.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { call, on } from "../state/ipc.ts";
import { logged } from "../log.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./Backup.module.css";

export function JobProgress() {
  const t = useText();
  const { number } = useFormats();
  const [progress, setProgress] = useState<BackupProgress | null>(null);
  useEffect(() => on("backup.progress", setProgress), []);
  const { done, total } = progress ?? { done: 0, total: 0 };
  const share = total === 0 ? 0 : done / total;
  const label = progress === null ? t("backup.preparing") : t(`backup.phase-${progress.phase}`);
  const words = progress === null ? "" : t("backup.progress", { done: number(done), total: number(total) });
  return (
    <div className={styles.progress}>
      <ProgressBar value={share * 100} valueLabel={words} className={styles.progress ?? ""}>
        <div className={styles.words}>
          <Label>{label}</Label>
          <span>{words}</span>
        </div>
        <div className={styles.track}>
          <svg className={styles.fill} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width={share * 100} height="1" fill="currentColor" />
          </svg>
        </div>
      </ProgressBar>
      <div className={styles.buttons}>
        <Button
          size="small"
          onPress={() => void call("backup.cancel", {}).catch(logged("the backup could not be cancelled"))}
        >
          {t("common.cancel")}
        </Button>
      </div>
    </div>
  );
}
