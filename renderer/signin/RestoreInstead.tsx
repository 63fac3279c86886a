/** Restores an account from a backup instead of signing in. */
import { useState } from "react";
import { RestoreBackup } from "../backup/RestoreBackup.tsx";
import { useText } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";

export function RestoreInstead() {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="quiet" wide onPress={() => setOpen(true)}>
        {t("backup.haveOne")}
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={t("backup.restore")} size="medium">
        <RestoreBackup />
      </Dialog>
    </>
  );
}
