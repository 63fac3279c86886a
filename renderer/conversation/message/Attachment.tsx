/** A file that came encrypted (XEP-0454): its name, and what the user can do. Nothing is fetched unasked. */
import { FileLock2 } from "lucide-react";
import { useEffect, useState } from "react";
import type { EncryptedFile } from "../../../shared/omemo/aesgcm.ts";
import type { Message } from "../../../shared/model/message.ts";
import { useText } from "../../i18n/index.ts";
import { call } from "../../state/ipc.ts";
import { showToast } from "../../state/toasts.ts";
import { useAct } from "../../state/act.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./Attachment.module.css";

const PICTURE = /\.(?:png|jpe?g|gif|webp)$/i;

interface Shown {
  url: string;
  width: number;
  height: number;
}

export function Attachment({ message, file }: { message: Pick<Message, "account" | "id">; file: EncryptedFile }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [shown, setShown] = useState<Shown | null>(null);
  const { account, id } = message;
  useEffect(() => () => (shown === null ? undefined : URL.revokeObjectURL(shown.url)), [shown]);

  const show = () =>
    act(async () => {
      const picture = await call("attachment.picture", { account, id });
      if (picture === null) return void showToast({ tone: "neutral", text: t("attachment.noPicture") });
      const { type, width, height, base64 } = picture;
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      setShown({ url: URL.createObjectURL(new Blob([bytes], { type })), width, height });
    });
  const save = () =>
    act(async () => {
      const saved = await call("attachment.save", { account, id });
      if (saved !== null) showToast({ tone: "success", text: t("attachment.saved", { path: saved.path }) });
    });

  return (
    <span className={styles.file} dir="ltr">
      <span className={styles.head}>
        <FileLock2 className={styles.icon} aria-hidden="true" />
        <bdi className={styles.name}>{file.name}</bdi>
      </span>
      {shown === null ? (
        <span className={styles.from}>{t("attachment.from", { host: file.host })}</span>
      ) : (
        <img
          className={styles.picture}
          src={shown.url}
          width={shown.width}
          height={shown.height}
          alt={t("attachment.picture", { name: file.name })}
        />
      )}
      <span className={styles.buttons}>
        {PICTURE.test(file.name) && shown === null && (
          <Button size="small" isDisabled={isBusy} onPress={() => void show()}>
            {t("attachment.show")}
          </Button>
        )}
        <Button size="small" isDisabled={isBusy} onPress={() => void save()}>
          {t("attachment.save")}
        </Button>
        {isBusy && <span role="status">{t("attachment.working")}</span>}
      </span>
    </span>
  );
}
