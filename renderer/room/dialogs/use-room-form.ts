/** A form of a room, from requesting it to submitting it. */
import { useCallback, useEffect, useState, type ComponentProps } from "react";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { faultsOf, NO_FAULTS, type FormFields, type Values } from "../../ui/form/FormFields.tsx";

interface RoomForm {
  /** For `FormFields`; null until the form is loaded. */
  form: ComponentProps<typeof FormFields> | null;
  error: ErrorCode | null;
  load(): Promise<void>;
  /** @returns the values; null if there are faults, which are then shown at their fields */
  filled(): { name: string; values: string[] }[] | null;
}

/** @param ask returns the fields; must be the same function for the same request */
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
