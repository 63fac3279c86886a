/** Opens a file in the program that the system has for it; a program only after a question. On the desktop only. */
import { ShieldAlert } from "lucide-react";
import { useState } from "react";
import { isProgramName } from "../../shared/files/program-name.ts";
import { useText } from "../i18n/index.ts";
import { useSession } from "../state/accounts/session.ts";
import { useAct } from "../state/act.ts";
import type { FileKey } from "../state/files/fetched-files.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "./FileCard.module.css";

export function OpenFile({ of, name }: { of: FileKey; name: string }) {
  const t = useText();
  const { isBusy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  if (useSession((state) => state.host) !== "desktop") return null;
  const open = (): void => {
    setAsking(false);
    void act(() => call("attachment.open", { ...of, how: "open" }));
  };
  return (
    <>
      <Button
        size="small"
        isPending={isBusy}
        aria-label={t("attachment.openNamed", { name })}
        onPress={() => (isProgramName(name) ? setAsking(true) : open())}
      >
        {t("attachment.open")}
      </Button>
      <Button
        size="small"
        isDisabled={isBusy}
        aria-label={t("attachment.folderNamed", { name })}
        onPress={() => void act(() => call("attachment.open", { ...of, how: "folder" }))}
      >
        {t("attachment.folder")}
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        role="alertdialog"
        tone="danger"
        icon={<ShieldAlert />}
        title={t("attachment.openTitle", { name })}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("common.cancel")}</Button>
            <Button variant="danger" onPress={open}>
              {t("attachment.openAnyway")}
            </Button>
          </>
        }
      >
        <p className={styles.question}>{t("attachment.openText")}</p>
      </Dialog>
    </>
  );
}
