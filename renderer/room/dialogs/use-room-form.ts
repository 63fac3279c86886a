/** A form that a room hands out, from asking for it to sending what was filled in. */
import { useCallback, useEffect, useState, type ComponentProps } from "react";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { faultsOf, NO_FAULTS, type FormFields, type Values } from "../../ui/form/FormFields.tsx";

interface RoomForm {
  /** For `FormFields`; null until the form is here. */
  form: ComponentProps<typeof FormFields> | null;
  error: ErrorCode | null;
  load(): Promise<void>;
  /** @returns what was filled in; null when something is wrong, which is shown at its field then */
  filled(): { name: string; values: string[] }[] | null;
}

/** @param ask gives the fields; the same function as long as it asks the same */
export function useRoomForm(ask: () => Promise<readonly FormField[]>): RoomForm {
  const [fields, setFields] = useState<readonly FormField[] | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  const [values, setValues] = useState<Values>(new Map());
  const [faults, setFaults] = useState(NO_FAULTS);

  const load = useCallback(async () => {
    try {
      setFields(await ask());
      setError(null);
    } catch (failed) {
      setError(errorCodeOf(failed));
    }
  }, [ask]);
  // The state is set when the answer is there, not while this runs.
  // eslint-disable-next-line react-hooks/set-state-in-effect
  useEffect(() => void load(), [load]);

  return {
    form:
      fields === null
        ? null
        : { fields, values, faults, onChange: (field, next) => setValues((known) => new Map(known).set(field, next)) },
    error,
    load,
    filled() {
      if (fields === null) return null;
      const found = faultsOf(fields, values);
      setFaults(found);
      if (found.size > 0) return null;
      return fields
        .filter((one) => one.kind !== "note")
        .map((one) => ({ name: one.name, values: [...(values.get(one.name) ?? one.values)] }));
    },
  };
}
