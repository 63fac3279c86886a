/** The settings of a room, for its owners: the form that the room hands out (XEP-0045 §10.2). */
import { Settings2 } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { ErrorCode } from "../../../shared/ipc.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { useName } from "../../contact/names.ts";
import { useText } from "../../i18n/index.ts";
import { call, errorCodeOf } from "../../state/ipc.ts";
import { showToast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { isolated } from "../nickname.ts";
import { FormDialog } from "./FormDialog.tsx";
import { faultsOf, FormFields, NO_FAULTS, type Values } from "./FormFields.tsx";

export function ConfigureDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const name = useName(account, jid);
  const [fields, setFields] = useState<readonly FormField[] | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  const [values, setValues] = useState<Values>(new Map());
  const [faults, setFaults] = useState(NO_FAULTS);

  const load = useCallback(async () => {
    try {
      setFields((await call("room.configuration", { account, jid })).fields);
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
    await call("room.configure", { account, jid, fields: filled });
    showToast({ tone: "success", text: t("common.saved") });
    return true;
  }

  return (
    <FormDialog title={t("room.configureTitle", { name: isolated(name) })} icon={<Settings2 />} submit={t("common.save")} size="medium" isDisabled={fields === null} onClose={onClose} onSubmit={submit}>
      {fields === null && error === null && (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton width="100%" height="12rem" />
        </div>
      )}
      {error !== null && (
        <Callout tone="danger" isAlert actions={<Button size="small" onPress={() => void load()}>{t("common.tryAgain")}</Button>}>
          {t(`error.${error}`)}
        </Callout>
      )}
      {fields !== null && <FormFields fields={fields} values={values} faults={faults} onChange={(field, next) => setValues((known) => new Map(known).set(field, next))} />}
    </FormDialog>
  );
}
