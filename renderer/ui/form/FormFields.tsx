/**
 * The fields of a form from the network (XEP-0004 §3.3), each with a matching control. Known fields have our labels.
 */
import { Checkbox, CheckboxGroup, Label, Text } from "react-aria-components";
import { checkField, type FieldFault } from "../../../shared/form/form-check.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { pastedAddress } from "../../../shared/pasted-address.ts";
import { xmlText } from "../../../shared/xml-text.ts";
import { useText, type Text as Translate } from "../../i18n/index.ts";
import field from "../fields/Field.module.css";
import { PasswordField } from "../fields/PasswordField.tsx";
import { Select } from "../fields/Select.tsx";
import { Switch } from "../fields/Switch.tsx";
import { TextField } from "../fields/TextField.tsx";
import styles from "./FormFields.module.css";

/** Fields of the room configuration that every server has (XEP-0045 §15.5.4), with their keys in the catalogue. */
const KNOWN = {
  "muc#register_roomnick": "room.nickname",
  "muc#roomconfig_roomname": "room.field-name",
  "muc#roomconfig_roomdesc": "room.field-description",
  "muc#roomconfig_lang": "room.field-language",
  "muc#roomconfig_persistentroom": "room.field-persistent",
  "muc#roomconfig_publicroom": "room.field-public",
  "muc#roomconfig_membersonly": "room.field-membersOnly",
  "muc#roomconfig_moderatedroom": "room.field-moderated",
  "muc#roomconfig_passwordprotectedroom": "room.field-passwordProtected",
  "muc#roomconfig_roomsecret": "room.field-password",
  "muc#roomconfig_whois": "room.field-whois",
  "muc#roomconfig_changesubject": "room.field-changeSubject",
  "muc#roomconfig_allowinvites": "room.field-invites",
  "muc#roomconfig_maxusers": "room.field-most",
  "muc#roomconfig_enablelogging": "room.field-logging",
  "muc#roomconfig_enablearchiving": "room.field-archive",
} as const;

const isKnown = (name: string): name is keyof typeof KNOWN => Object.hasOwn(KNOWN, name);
const labelOf = ({ name, label }: FormField, t: Translate): string =>
  isKnown(name) ? t(KNOWN[name]) : label.trim() === "" ? name : label;
export const isOn = (values: readonly string[]): boolean => values[0] === "1" || values[0] === "true";

/** An address without surrounding characters of where it was copied. */
const cleaned = (value: string): string => pastedAddress(value).address ?? value;

interface ControlProps {
  field: FormField;
  values: readonly string[];
  fault: FieldFault | undefined;
  onChange(values: string[]): void;
}

function Control({ field: one, values, fault, onChange }: ControlProps) {
  const t = useText();
  const label = labelOf(one, t);
  const error = fault === undefined ? null : t(`room.fault-${fault.code}`, { limit: fault.limit });
  const value = values[0] ?? "";
  switch (one.kind) {
    case "note":
      return (
        <p className={styles.note} dir="auto">
          {one.values.join("\n") || label}
        </p>
      );
    case "boolean":
      return <Switch label={label} isSelected={isOn(values)} onChange={(on) => onChange([on ? "1" : "0"])} />;
    case "password":
      return (
        <PasswordField
          label={label}
          error={error}
          value={value}
          onChange={(text) => onChange([text])}
          autoComplete="off"
          maxLength={4096}
          isRequired={one.required}
        />
      );
    case "lines":
      return (
        <TextField
          label={label}
          error={error}
          value={values.join("\n")}
          {...(one.rule?.datatype === "jid" ? { onBlur: () => onChange(values.map(cleaned)) } : {})}
          onChange={(text) => onChange(text === "" ? [] : xmlText(text).split("\n").slice(0, 500))}
          rows={3}
          maxLength={20_000}
          isRequired={one.required}
        />
      );
    case "one-of": {
      // Values come from the network and may be empty or duplicate, so a choice is identified by its index.
      const at = one.options.findIndex((option) => option.value === value);
      const choices = one.options.map((option, place) => ({
        id: String(place),
        label: option.label.trim() === "" ? option.value : option.label,
      }));
      return (
        <Select
          label={label}
          choices={choices}
          value={String(at)}
          onChange={(id) => {
            const chosen = one.options[Number(id)];
            if (chosen !== undefined) onChange([chosen.value]);
          }}
        />
      );
    }
    case "some-of":
      return (
        <CheckboxGroup
          className={field.field ?? ""}
          value={one.options.flatMap((option, place) => (values.includes(option.value) ? [String(place)] : []))}
          onChange={(places) => onChange(places.flatMap((place) => one.options[Number(place)]?.value ?? []))}
        >
          <Label className={field.label ?? ""}>{label}</Label>
          {one.options.map((option, place) => (
            <Checkbox key={place} value={String(place)} className={styles.checkbox ?? ""}>
              <span className={styles.tick} aria-hidden="true" />
              <bdi>{option.label.trim() === "" ? option.value : option.label}</bdi>
            </Checkbox>
          ))}
          {/* If it were marked as invalid, the group would block the form by itself. */}
          {error !== null && (
            <Text slot="description" className={field.error ?? ""}>
              {error}
            </Text>
          )}
        </CheckboxGroup>
      );
    case "text":
      return (
        <TextField
          label={label}
          error={error}
          value={value}
          {...(one.rule?.datatype === "jid" ? { onBlur: () => onChange([cleaned(value)]) } : {})}
          onChange={(text) => onChange([xmlText(text)])}
          autoComplete="off"
          maxLength={4096}
          isRequired={one.required}
        />
      );
  }
}

/** By field name. A map, because a hostile name could be a property of every object. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** Checks the values against the form's own rules. */
export function faultsOf(fields: readonly FormField[], values: Values): ReadonlyMap<string, FieldFault> {
  return new Map(
    fields.flatMap((one) => {
      const fault = checkField(one, values.get(one.name) ?? one.values);
      return fault === null ? [] : [[one.name, fault] as const];
    }),
  );
}

export const NO_FAULTS: ReadonlyMap<string, FieldFault> = new Map();

export interface FormFieldsProps {
  fields: readonly FormField[];
  values: Values;
  /** Faults by field name. */
  faults: ReadonlyMap<string, FieldFault>;
  onChange(name: string, values: string[]): void;
}

export function FormFields({ fields, values, faults, onChange }: FormFieldsProps) {
  return (
    <>
      {fields.map((one, at) => (
        <Control
          key={`${at} ${one.name}`}
          field={one}
          values={values.get(one.name) ?? one.values}
          fault={faults.get(one.name)}
          onChange={(next) => onChange(one.name, next)}
        />
      ))}
    </>
  );
}
