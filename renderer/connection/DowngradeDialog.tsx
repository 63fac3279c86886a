/** Explains that the server offers only weaker mechanisms than before, and lets the user accept them. */
import { ShieldAlert } from "lucide-react";
import type { Account } from "../../shared/model/account.ts";
import type { Problem } from "../../shared/model/problem.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";

export interface DowngradeDialogProps {
  account: Account;
  problem: Problem;
  onClose(): void;
}

export function DowngradeDialog({ account, problem, onClose }: DowngradeDialogProps) {
  const t = useText();
  const { list } = useFormats();
  const offered = problem.mechanisms?.offered ?? [];
  async function accept() {
    if (await attempt(call("account.acceptDowngrade", { account: account.id }))) onClose();
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      role="alertdialog"
      size="medium"
      tone="danger"
      icon={<ShieldAlert />}
      title={t("connection.downgradeTitle")}
      actions={
        <>
          <Button variant="danger-quiet" onPress={() => void accept()}>
            {t("connection.downgradeAccept")}
          </Button>
          <Button variant="primary" autoFocus onPress={onClose}>
            {t("connection.downgradeRefuse")}
          </Button>
        </>
      }
    >
      <p>
        {t("connection.downgradeBody", {
          before: problem.mechanisms?.before ?? t("connection.nothing"),
          offered: offered.length > 0 ? list(offered) : t("connection.nothing"),
        })}
      </p>
    </Dialog>
  );
}
