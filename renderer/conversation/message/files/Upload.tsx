/** How far the files of our message are, and a way to stop them. */
import type { Message } from "../../../../shared/model/message.ts";
import { useFormats } from "../../../i18n/format.ts";
import { useText } from "../../../i18n/index.ts";
import { attempt } from "../../../state/act.ts";
import { call } from "../../../state/ipc.ts";
import { useUpload } from "../../../state/files/uploads.ts";
import { Button } from "../../../ui/Button.tsx";
import styles from "./Upload.module.css";

export function Upload({ message: { account, id, delivery, files } }: { message: Message }) {
  const t = useText();
  const formats = useFormats();
  const progress = useUpload(id);
  if (delivery !== "pending" || files.every(({ host }) => host !== null)) return null;
  if (progress === null) return <span className={styles.words}>{t("attachment.uploadWaits")}</span>;
  const { sent, total, speed } = progress;
  const left = speed === null || speed <= 0 ? null : Math.ceil((total - sent) / speed);
  return (
    <span className={styles.upload}>
      <span
        className={styles.bar}
        role="progressbar"
        aria-label={t("attachment.uploading")}
        aria-valuenow={total === 0 ? 100 : Math.floor((100 * sent) / total)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <progress value={sent} max={Math.max(total, 1)} aria-hidden="true" />
      </span>
      <span className={styles.line}>
        <span className={styles.words} dir="auto">
          {t("attachment.uploadedOf", { sent: formats.bytes(sent), total: formats.bytes(total) })}
          {speed !== null && ` · ${t("attachment.perSecond", { amount: formats.bytes(Math.round(speed)) })}`}
          {left !== null && ` · ${t("attachment.timeLeft", { count: left })}`}
        </span>
        <Button size="small" onPress={() => void attempt(call("upload.cancel", { account, id }))}>
          {t("common.cancel")}
        </Button>
      </span>
    </span>
  );
}
