/** Requests membership of a members-only room by its form (XEP-0045 §7.10), or says whom to ask. */
import { DoorOpen } from "lucide-react";
import { useCallback } from "react";
import type { BareKey } from "../../../shared/model/primitives.ts";
import { useName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { call } from "../../state/ipc.ts";
import { useRooms } from "../../state/rooms/rooms.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/feedback/Callout.tsx";
import { Skeleton } from "../../ui/feedback/Skeleton.tsx";
import { isolated } from "../../ui/nickname.ts";
import { FormDialog } from "../../ui/form/FormDialog.tsx";
import { FormFields } from "../../ui/form/FormFields.tsx";
import { useRoomForm } from "./use-room-form.ts";

const NICKNAME = "muc#register_roomnick";

export function RegisterDialog({ room: { account, jid }, onClose }: { room: BareKey; onClose(): void }) {
  const t = useText();
  const name = useName(account, jid);
  const ask = useCallback(async () => {
    const { fields } = await call("room.registration", { account, jid });
    const nickname = useRooms.getState().byId.get(`${account} ${jid}`)?.nickname ?? "";
    // Our nickname there is already known.
    return fields.map((one) =>
      one.name === NICKNAME && one.values.length === 0 ? { ...one, values: [nickname] } : one,
    );
  }, [account, jid]);
  const { form, error, load, filled } = useRoomForm(ask);

  async function submit(): Promise<boolean> {
    const fields = filled();
    if (fields === null) return false;
    await call("room.register", { account, jid, fields });
    return true;
  }

  return (
    <FormDialog
      title={t("room.askInTitle", { name: isolated(name) })}
      icon={<DoorOpen />}
      submit={t("room.askIn")}
      size="medium"
      isDisabled={form === null}
      onClose={onClose}
      onSubmit={submit}
    >
      {form === null && error === null && (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton width="100%" height="6rem" />
        </div>
      )}
      {error === "server-refused" && <Callout tone="neutral">{t("room.askInRefused")}</Callout>}
      {error !== null && error !== "server-refused" && (
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
      {form !== null && (
        <>
          <p>{t("room.askInText")}</p>
          <FormFields {...form} />
        </>
      )}
    </FormDialog>
  );
}
