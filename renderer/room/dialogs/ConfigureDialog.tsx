/** The configuration of a room for its owners: the room's own form (XEP-0045 §10.2). */
import { Settings2 } from "lucide-react";
import { useCallback } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { call } from "../../state/ipc.ts";
import { showToast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/feedback/Callout.tsx";
import { Skeleton } from "../../ui/feedback/Skeleton.tsx";
import { isolated } from "../../ui/nickname.ts";
import { FormDialog } from "../../ui/form/FormDialog.tsx";
import { FormFields } from "../../ui/form/FormFields.tsx";
import { useRoomForm } from "./use-room-form.ts";

export function ConfigureDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const name = useName(account, jid);
  const ask = useCallback(async () => (await call("room.configuration", { account, jid })).fields, [account, jid]);
  const { form, error, load, filled } = useRoomForm(ask);

  async function submit(): Promise<boolean> {
    const fields = filled();
    if (fields === null) return false;
    await call("room.configure", { account, jid, fields });
    showToast({ tone: "success", text: t("common.saved") });
    return true;
  }

  return (
    <FormDialog
      title={t("room.configureTitle", { name: isolated(name) })}
      icon={<Settings2 />}
      submit={t("common.save")}
      size="medium"
      isDisabled={form === null}
      onClose={onClose}
      onSubmit={submit}
    >
      {form === null && error === null && (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton width="100%" height="12rem" />
        </div>
      )}
      {error !== null && (
        <Callout
          tone="danger"
          isAlert
          actions={
            <Button size="small" onPress={() => void load()}>
              {t("common.tryAgain")}
            </Button>
          }
        >
          {t(`error.${error}`)}
        </Callout>
      )}
      {form !== null && <FormFields {...form} />}
    </FormDialog>
  );
}
