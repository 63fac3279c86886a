/** A dialog with a form: Enter submits it, failures are shown in it, and it closes on success. */
import { useId, useState, type ReactNode } from "react";
import { Form } from "react-aria-components";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import { useText } from "../../i18n/index.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { Button } from "../Button.tsx";
import { Callout } from "../feedback/Callout.tsx";
import { Dialog } from "../Dialog.tsx";
import styles from "./FormDialog.module.css";

export interface FormDialogProps {
  title: string;
  icon: ReactNode;
  /** Text of the submit button. */
  submit: string;
  tone?: "neutral" | "danger";
  size?: "small" | "medium" | "large";
  isDisabled?: boolean;
  children: ReactNode;
  onClose(): void;
  /** @returns false if the form shows a fault itself @throws {CallFailed} */
  onSubmit(): Promise<boolean>;
}

export function FormDialog({
  title,
  icon,
  submit,
  tone = "neutral",
  size = "small",
  isDisabled = false,
  children,
  onClose,
  onSubmit,
}: FormDialogProps) {
  const t = useText();
  const id = useId();
  const [error, setError] = useState<ErrorCode | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function send(): Promise<void> {
    if (isBusy || isDisabled) return;
    setError(null);
    setBusy(true);
    try {
      if (await onSubmit()) onClose();
    } catch (failed) {
      setError(errorCodeOf(failed));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      icon={icon}
      tone={tone}
      size={size}
      role={tone === "danger" ? "alertdialog" : "dialog"}
      actions={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button
            variant={tone === "danger" ? "danger" : "primary"}
            type="submit"
            form={id}
            isPending={isBusy}
            isDisabled={isDisabled}
          >
            {submit}
          </Button>
        </>
      }
    >
      <Form
        id={id}
        className={styles.form ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {children}
        {error !== null && (
          <Callout tone="danger" isAlert>
            {t(`error.${error}`)}
          </Callout>
        )}
      </Form>
    </Dialog>
  );
}
