/** Forms (XEP-0004): what a service asks, reduced to what can be shown, and what we answer. */
import xml, { type Element } from "@xmpp/xml";
import type { FormField } from "../../shared/model/room.ts";

const NS_DATA = "jabber:x:data";
const MOST = { fields: 200, values: 500, options: 200, value: 4096, label: 512, name: 256 };

const KINDS: Readonly<Record<string, FormField["kind"]>> = {
  boolean: "boolean",
  fixed: "note",
  "jid-multi": "lines",
  "jid-single": "text",
  "list-multi": "some-of",
  "list-single": "one-of",
  "text-multi": "lines",
  "text-private": "password",
  "text-single": "text",
};

/** @param form `<x xmlns="jabber:x:data"/>` @returns its fields, without hidden ones; `type` is the FORM_TYPE (XEP-0068) */
export function readForm(form: Element): { type: string; fields: FormField[] } {
  const all = form.getChildren("field").slice(0, MOST.fields);
  const type = all.find((field) => field.attrs["var"] === "FORM_TYPE")?.getChildText("value") ?? "";
  const fields = all.filter((field) => field.attrs["type"] !== "hidden" && field.attrs["var"] !== "FORM_TYPE").map(readField);
  return { type, fields: fields.filter((field) => field.kind === "note" || field.name !== "") };
}

function readField(field: Element): FormField {
  const text = (value: unknown, most: number): string => String(value ?? "").slice(0, most);
  const options = field.getChildren("option").slice(0, MOST.options).map((option) => {
    const value = text(option.getChildText("value"), 1024);
    return { value, label: text(option.attrs["label"], MOST.label) || value };
  });
  return {
    name: text(field.attrs["var"], MOST.name),
    // What nobody knows is a line of text (§3.3).
    kind: KINDS[String(field.attrs["type"])] ?? "text",
    label: text(field.attrs["label"], MOST.label),
    required: field.getChild("required") !== undefined,
    values: field.getChildren("value").slice(0, MOST.values).map((value) => text(value.getText(), MOST.value)),
    options,
  };
}

/** The values of a form of type `result`, by name. */
export function formValues(form: Element | undefined): ReadonlyMap<string, string[]> {
  const fields = form?.getChildren("field").slice(0, MOST.fields) ?? [];
  return new Map(fields.map((field) => [String(field.attrs["var"] ?? ""), field.getChildren("value").slice(0, MOST.values).map((value) => value.getText())]));
}

/** A form of type `submit`. */
export function submission(type: string, fields: readonly { name: string; values: readonly string[] }[]): Element {
  const field = (name: string, values: readonly string[], attrs: Record<string, string> = {}): Element =>
    xml("field", { var: name, ...attrs }, ...values.map((value) => xml("value", {}, value)));
  return xml("x", { xmlns: NS_DATA, type: "submit" }, field("FORM_TYPE", [type], { type: "hidden" }), ...fields.map(({ name, values }) => field(name, values)));
}
