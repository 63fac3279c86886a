/** Asks before anything in a chat is sent unencrypted. The safe answer has the focus. */
import { LockOpen } from "lucide-react";
import { useText } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

export interface TurnOffDialogProps {
  isOpen: boolean;
  title: string;
  text: string;
  onClose(): void;
  onConfirm(): void;
}

export function TurnOffDialog({ isOpen, title, text, onClose, onConfirm }: TurnOffDialogProps) {
  const t = useText();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      role="alertdialog"
      tone="danger"
      icon={<LockOpen />}
      title={title}
      actions={
        <>
          <Button
            variant="danger-quiet"
            onPress={() => {
              onClose();
              onConfirm();
            }}
          >
            {t("encryption.offConfirm")}
          </Button>
          <Button variant="primary" autoFocus onPress={onClose}>
            {t("encryption.keepOn")}
          </Button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
