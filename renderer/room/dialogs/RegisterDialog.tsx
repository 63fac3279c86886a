/** Asks to be let into a room that is for members only: by the form of the room (XEP-0045 §7.10), or says whom to ask. */
import { DoorOpen } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { ErrorCode } from "../../../shared/ipc.ts";
import type { BareKey } from "../../../shared/model/primitives.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { useName } from "../../contact/names.ts";
import { useText } from "../../i18n/index.ts";
import { call, errorCodeOf } from "../../state/ipc.ts";
import { useRooms } from "../../state/rooms.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { isolated } from "../nickname.ts";
import { FormDialog } from "./FormDialog.tsx";
import { faultsOf, FormFields, NO_FAULTS, type Values } from "./FormFields.tsx";

const NICKNAME = "muc#register_roomnick";

export function RegisterDialog({ room: { account, jid }, onClose }: { room: BareKey; onClose(): void }) {
  const t = useText();
  const name = useName(account, jid);
  const [fields, setFields] = useState<readonly FormField[] | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  const [values, setValues] = useState<Values>(new Map());
  const [faults, setFaults] = useState(NO_FAULTS);

  const load = useCallback(async () => {
    try {
      const form = await call("room.registration", { account, jid });
      const nickname = useRooms.getState().byId.get(`${account} ${jid}`)?.nickname ?? "";
      // Who we would be there is known already.
      setFields(form.fields.map((one) => (one.name === NICKNAME && one.values.length === 0 ? { ...one, values: [nickname] } : one)));
      setError(null);
    } catch (failed) {
      setError(errorCodeOf(failed));
    }
  }, [account, jid]);
  // The state is set when the answer is there, not while this runs.
  // eslint-disable-next-line react-hooks/set-state-in-effect
  useEffect(() => void load(), [load]);

  async function submit(): Promise<boolean> {
    if (fields === null) return false;
    const found = faultsOf(fields, values);
    setFaults(found);
    if (found.size > 0) return false;
    const filled = fields.filter((one) => one.kind !== "note").map((one) => ({ name: one.name, values: [...(values.get(one.name) ?? one.values)] }));
    await call("room.register", { account, jid, fields: filled });
    return true;
  }

  return (
    <FormDialog title={t("room.askInTitle", { name: isolated(name) })} icon={<DoorOpen />} submit={t("room.askIn")} size="medium" isDisabled={fields === null} onClose={onClose} onSubmit={submit}>
      {fields === null && error === null && (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton width="100%" height="6rem" />
        </div>
      )}
      {error === "server-refused" && <Callout tone="neutral">{t("room.askInRefused")}</Callout>}
      {error !== null && error !== "server-refused" && (
        <Callout tone="danger" isAlert actions={<Button size="small" onPress={() => void load()}>{t("common.tryAgain")}</Button>}>
          {t(`error.${error}`)}
        </Callout>
      )}
      {fields !== null && (
        <>
          <p>{t("room.askInText")}</p>
          <FormFields fields={fields} values={values} faults={faults} onChange={(field, next) => setValues((known) => new Map(known).set(field, next))} />
        </>
      )}
    </FormDialog>
  );
}
