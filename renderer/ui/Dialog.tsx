/** A modal dialog. Escape and a click outside close it, and the focus returns. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useText } from "../i18n/index.ts";
import { classNames } from "./class-names.ts";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton.tsx";

export interface DialogProps {
  isOpen: boolean;
  onClose(): void;
  title: string;
  /** `alertdialog` for a question that interrupts. */
  role?: "dialog" | "alertdialog";
  size?: "small" | "medium" | "large";
  tone?: "neutral" | "danger";
  icon?: ReactNode;
  children: ReactNode;
  /** Buttons, the default one last. */
  actions?: ReactNode;
}

export function Dialog({
  isOpen,
  onClose,
  title,
  role = "dialog",
  size = "small",
  tone = "neutral",
  icon,
  children,
  actions,
}: DialogProps) {
  const t = useText();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={role === "dialog"}
      className={styles.overlay ?? ""}
    >
      <Modal className={classNames(styles.modal, styles[size])}>
        <AriaDialog role={role} className={styles.dialog ?? ""}>
          <header className={styles.head}>
            {icon !== undefined && <span className={classNames(styles.icon, styles[tone])}>{icon}</span>}
            <Heading slot="title" className={styles.title ?? ""}>
              {title}
            </Heading>
            <IconButton size="small" label={t("common.close")} onPress={onClose}>
              <X />
            </IconButton>
          </header>
          <div className={styles.body}>{children}</div>
          {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
