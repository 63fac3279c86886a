/** A file that is not shown inline: icon, name, type, size and place, and what can be done with it. */
import { LockKeyhole } from "lucide-react";
import type { File } from "../../shared/model/file.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { useDownload } from "../state/files/downloads.ts";
import type { FileKey } from "../state/files/fetched-files.ts";
import { call } from "../state/ipc.ts";
import { logged } from "../log.ts";
import { Button } from "../ui/Button.tsx";
import { detailsOf, FILE_ICONS } from "./file-text.ts";
import { OpenFile } from "./OpenFile.tsx";
import styles from "./FileCard.module.css";
import { useSave } from "./use-save.ts";

export interface FileCardProps {
  of: FileKey;
  file: File;
  /** We send it, so it need not be there yet. */
  isOwn?: boolean;
  /** Said below it. */
  note?: string | null;
  /** It is being fetched to be shown. */
  isBusy?: boolean;
  /** Shows it; null: it cannot be shown. */
  onShow?: (() => void) | null;
}

export function FileCard({ of, file, isOwn = false, note = null, isBusy = false, onShow = null }: FileCardProps) {
  const t = useText();
  const formats = useFormats();
  const { isSaving, save } = useSave(of);
  const progress = useDownload(of);
  const Icon = FILE_ICONS[file.kind];
  const shown = file.kind === "picture" ? "show" : "look";
  return (
    <span className={styles.card} data-card="" dir="ltr">
      <span className={styles.icon} aria-hidden="true">
        <Icon />
      </span>
      <span className={styles.words}>
        <bdi className={styles.name}>{file.name}</bdi>
        <span className={styles.details}>
          {file.encrypted && <LockKeyhole role="img" aria-label={t("attachment.encrypted")} />}
          <bdi>{detailsOf(file, t, formats)}</bdi>
        </span>
        {file.host === null && !isOwn && (
          <span className={styles.details}>{t(file.pending ? "attachment.notUploaded" : "attachment.notThere")}</span>
        )}
        {note !== null && <span className={styles.details}>{note}</span>}
        {file.host !== null && (
          <span className={styles.buttons}>
            {onShow !== null && (
              <Button
                size="small"
                isPending={isBusy}
                aria-label={t(`attachment.${shown}Named`, { name: file.name })}
                onPress={onShow}
              >
                {t(`attachment.${shown}`)}
              </Button>
            )}
            <Button
              size="small"
              isPending={isSaving}
              aria-label={t("attachment.saveNamed", { name: file.name })}
              onPress={() => void save()}
            >
              {t("attachment.save")}
            </Button>
            <OpenFile of={of} name={file.name} />
            {(isSaving || isBusy) && (
              <>
                <Button
                  size="small"
                  aria-label={t("attachment.cancelNamed", { name: file.name })}
                  onPress={() => void call("attachment.cancel", of).catch(logged("a download could not be cancelled"))}
                >
                  {t("common.cancel")}
                </Button>
                <span className={styles.details}>
                  {progress === null
                    ? t("attachment.working")
                    : progress.total === null
                      ? formats.bytes(progress.received)
                      : t("attachment.uploadedOf", {
                          sent: formats.bytes(progress.received),
                          total: formats.bytes(progress.total),
                        })}
                </span>
              </>
            )}
          </span>
        )}
      </span>
    </span>
  );
}
