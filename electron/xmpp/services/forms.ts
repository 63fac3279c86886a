/** Data forms (XEP-0004): reads a form of a service as far as it can be displayed, and builds the answer. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { FilledField, FormField, FormRule } from "../../../shared/model/form.ts";
import type { Result } from "../../../shared/model/service.ts";

const NS_DATA = "jabber:x:data";
const MOST = { fields: 200, values: 500, options: 200, value: 4096, label: 512, name: 256, columns: 20, rows: 500 };

const KINDS: ReadonlyMap<string, FormField["kind"]> = new Map([
  ["boolean", "boolean"],
  ["fixed", "note"],
  ["jid-multi", "lines"],
  ["jid-single", "text"],
  ["list-multi", "some-of"],
  ["list-single", "one-of"],
  ["text-multi", "lines"],
  ["text-private", "password"],
  ["text-single", "text"],
] as const);

export interface ReadForm {
  /** The FORM_TYPE (XEP-0068); empty if there is none. */
  type: string;
  title: string;
  instructions: string;
  /** Without the hidden ones. */
  fields: FormField[];
  /** Fields that must be sent back unchanged (§3.3). */
  hidden: FilledField[];
}

/** @param form `<x xmlns="jabber:x:data"/>` */
export function readForm(form: Element): ReadForm {
  const all = form.getChildren("field").slice(0, MOST.fields);
  const isHidden = (field: Element): boolean => field.attrs["type"] === "hidden" || field.attrs["var"] === "FORM_TYPE";
  const type = all.find((field) => field.attrs["var"] === "FORM_TYPE")?.getChildText("value") ?? "";
  const text = (name: string, most: number): string =>
    form
      .getChildren(name)
      .map((child) => child.getText())
      .join("\n")
      .trim()
      .slice(0, most);
  const fields = all.filter((field) => !isHidden(field)).map(readField);
  return {
    type,
    title: text("title", MOST.name),
    instructions: text("instructions", MOST.value),
    fields: fields.filter((field) => field.kind === "note" || field.name !== ""),
    hidden: all
      .filter((field) => isHidden(field) && field.attrs["var"] !== "FORM_TYPE")
      .map(readField)
      .filter(({ name }) => name !== "")
      .map(({ name, values }) => ({ name, values })),
  };
}

/** Built-in datatypes of XML Schema (XEP-0122 §7.2.2.3), with their bounds if any. */
const DATATYPES: ReadonlyMap<string, readonly [FormRule["datatype"], string | null, string | null]> = new Map([
  ["xs:anyURI", ["uri", null, null]],
  ["xs:byte", ["integer", "-128", "127"]],
  ["xs:date", ["date", null, null]],
  ["xs:dateTime", ["dateTime", null, null]],
  ["xs:decimal", ["decimal", null, null]],
  ["xs:double", ["decimal", null, null]],
  ["xs:int", ["integer", "-2147483648", "2147483647"]],
  ["xs:integer", ["integer", null, null]],
  ["xs:language", ["language", null, null]],
  ["xs:long", ["integer", "-9223372036854775808", "9223372036854775807"]],
  ["xs:nonNegativeInteger", ["integer", "0", null]],
  ["xs:positiveInteger", ["integer", "1", null]],
  ["xs:short", ["integer", "-32768", "32767"]],
  ["xs:time", ["time", null, null]],
] as const);

/** An unknown datatype is text (XEP-0122 §4.1). @returns undefined if any value is allowed */
function readRule(field: Element): FormRule | undefined {
  const validate = field.getChild("validate", "http://jabber.org/protocol/xdata-validate");
  const isJid = /^jid-/.test(String(field.attrs["type"]));
  if (validate === undefined && !isJid) return undefined;
  const named = String(validate?.attrs["datatype"] ?? "xs:string");
  const [datatype, low, high] = DATATYPES.get(named) ?? [isJid ? ("jid" as const) : ("text" as const), null, null];
  const bound = (of: Element | undefined, name: "min" | "max"): string | null =>
    (of?.attrs[name] as string | undefined)?.slice(0, 64) ?? null;
  const count = (name: "min" | "max"): number | null => {
    const text = bound(validate?.getChild("list-range"), name);
    return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
  };
  const range = validate?.getChild("range");
  const pattern = validate?.getChildText("regex") ?? null;
  return {
    datatype,
    min: bound(range, "min") ?? low,
    max: bound(range, "max") ?? high,
    // A truncated pattern would be another pattern.
    pattern: pattern === null || pattern.length > 256 ? null : pattern,
    least: count("min"),
    most: count("max"),
  };
}

function readField(field: Element): FormField {
  const rule = readRule(field);
  const text = (value: unknown, most: number): string => String(value ?? "").slice(0, most);
  const options = field
    .getChildren("option")
    .slice(0, MOST.options)
    .map((option) => {
      const value = text(option.getChildText("value"), 1024);
      return { value, label: text(option.attrs["label"], MOST.label) || value };
    });
  return {
    name: text(field.attrs["var"], MOST.name),
    // An unknown type is a line of text (§3.3).
    kind: KINDS.get(String(field.attrs["type"])) ?? "text",
    label: text(field.attrs["label"], MOST.label),
    required: field.getChild("required") !== undefined,
    values: field
      .getChildren("value")
      .slice(0, MOST.values)
      .map((value) => text(value.getText(), MOST.value)),
    options,
    ...(rule === undefined ? {} : { rule }),
  };
}

/** The values of a form of type `result`, by name. */
export function formValues(form: Element | undefined): ReadonlyMap<string, string[]> {
  const fields = form?.getChildren("field").slice(0, MOST.fields) ?? [];
  return new Map(
    fields.map((field) => [
      String(field.attrs["var"] ?? ""),
      field
        .getChildren("value")
        .slice(0, MOST.values)
        .map((value) => value.getText()),
    ]),
  );
}

/** A form of type `submit`. @param type its FORM_TYPE, empty for none */
export function submission(type: string, fields: readonly { name: string; values: readonly string[] }[]): Element {
  const field = (name: string, values: readonly string[], attrs: Record<string, string> = {}): Element =>
    xml("field", { var: name, ...attrs }, ...values.map((value) => xml("value", {}, value)));
  const named = type === "" ? [] : [field("FORM_TYPE", [type], { type: "hidden" })];
  return xml(
    "x",
    { xmlns: NS_DATA, type: "submit" },
    ...named,
    ...fields.map(({ name, values }) => field(name, values)),
  );
}

/** The hidden fields of the forms that were read last, which must go back unchanged with the answer (§3.3). */
export interface HiddenFields {
  /** Reads a form. @param of the service or room that sent it; undefined: it sent none */
  read(of: string, form: Element | undefined): FormField[];
  /** Builds the answer, with the hidden fields of the form that `of` sent last. @param type as for `submission` */
  submission(of: string, type: string, fields: readonly FilledField[]): Element;
}

/** Number of services whose hidden fields are kept. */
const MOST_FORMS = 100;

export function hiddenFields(): HiddenFields {
  const kept = new Map<string, FilledField[]>();
  return {
    read(of, form) {
      kept.delete(of);
      if (form === undefined) return [];
      const { hidden, fields } = readForm(form);
      if (kept.size >= MOST_FORMS) kept.delete(kept.keys().next().value!);
      if (hidden.length > 0) kept.set(of, hidden);
      return fields;
    },
    submission: (of, type, fields) => submission(type, withHidden(fields, kept.get(of) ?? [])),
  };
}

/** What the user filled in counts, if a hostile form names a field twice. */
export function withHidden(fields: readonly FilledField[], hidden: readonly FilledField[]): FilledField[] {
  const names = new Set(fields.map(({ name }) => name));
  return [...hidden.filter(({ name }) => !names.has(name)), ...fields];
}

/** The content of a form of type `result`: single values and a table (§3.4). @param form undefined: empty result */
export function resultOf(form: Element | undefined): Result {
  const text = (value: unknown, most: number): string => String(value ?? "").slice(0, most);
  const shown = (form?.getChildren("field") ?? [])
    .slice(0, MOST.fields)
    .filter((field) => field.attrs["type"] !== "hidden" && field.attrs["var"] !== "FORM_TYPE");
  const columns = (form?.getChild("reported")?.getChildren("field") ?? []).slice(0, MOST.columns).map(({ attrs }) => ({
    name: String(attrs["var"] ?? ""),
    label: text(attrs["label"] ?? attrs["var"], MOST.label),
  }));
  const rows = columns.length === 0 ? [] : (form?.getChildren("item") ?? []).slice(0, MOST.rows);
  return {
    facts: shown.map((field) => ({
      name: text(field.attrs["var"], MOST.name),
      label: text(field.attrs["label"] ?? field.attrs["var"], MOST.label),
      values: field
        .getChildren("value")
        .slice(0, MOST.values)
        .map((value) => text(value.getText(), MOST.value)),
    })),
    columns: columns.map(({ label }) => label),
    rows: rows.map((row) => {
      const values = formValues(row);
      return columns.map(({ name }) => text((values.get(name) ?? []).join(", "), 1024));
    }),
  };
}
