import { expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { formValues, readForm, submission } from "./forms.ts";

it("reads types, labels, options and values of a form, without hidden fields", () => {
  const form = stanza(
    "<x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>t</value></field>" +
      "<field type='fixed'><value>Note</value></field><field var='b' type='boolean' label='On?'><required/><value>1</value></field>" +
      "<field var='l' type='list-single'><option label='One'><value>1</value></option><option><value>2</value></option><value>2</value></field>" +
      "<field var='m' type='text-multi'><value>a</value><value>b</value></field><field type='text-single'/><field var='x' type='unheard-of'><value>v</value></field></x>",
  );
  const read = readForm(form);
  expect(read.type).toBe("t");
  expect(read.fields.map(({ name, kind, values }) => [name, kind, values])).toEqual([
    ["", "note", ["Note"]],
    ["b", "boolean", ["1"]],
    ["l", "one-of", ["2"]],
    ["m", "lines", ["a", "b"]],
    ["x", "text", ["v"]],
  ]);
  expect(read.fields[1]).toMatchObject({ label: "On?", required: true });
  expect(read.fields[2]!.options).toEqual([
    { value: "1", label: "One" },
    { value: "2", label: "2" },
  ]);
});

it("limits the number and length of fields", () => {
  const many = Array.from(
    { length: 1_000 },
    (_, n) => `<field var='f${n}' label='${"x".repeat(2_000)}'><value>${"y".repeat(9_000)}</value></field>`,
  ).join("");
  const { fields } = readForm(stanza(`<x xmlns='jabber:x:data'>${many}</x>`));
  expect(fields).toHaveLength(200);
  expect(fields[0]!.label).toHaveLength(512);
  expect(fields[0]!.values[0]).toHaveLength(4096);
});

it("submits values by name, with the FORM_TYPE", () => {
  const answer = submission("t", [{ name: "a", values: ["1", "2"] }]);
  expect(answer.attrs["type"]).toBe("submit");
  expect([...formValues(answer)]).toEqual([
    ["FORM_TYPE", ["t"]],
    ["a", ["1", "2"]],
  ]);
  expect(formValues(undefined).size).toBe(0);
});

it("reads validation rules (XEP-0122), and treats unknown datatypes as text", () => {
  const field = (inner: string, type = "text-single"): string => `<field var='f' type='${type}'>${inner}</field>`;
  const validate = (attrs: string, inner = ""): string =>
    `<validate xmlns='http://jabber.org/protocol/xdata-validate' ${attrs}>${inner}</validate>`;
  const none = { min: null, max: null, pattern: null, least: null, most: null };
  const ruleOf = (text: string) => readForm(stanza(`<x xmlns='jabber:x:data'>${text}</x>`)).fields[0]!.rule;
  expect(ruleOf(field(""))).toBeUndefined();
  expect(ruleOf(field("", "jid-single"))).toEqual({ ...none, datatype: "jid" });
  expect(ruleOf(field(validate("datatype='xs:integer'", "<range min='1' max='50'/>")))).toEqual({
    ...none,
    datatype: "integer",
    min: "1",
    max: "50",
  });
  expect(ruleOf(field(validate("datatype='xs:byte'")))).toMatchObject({ datatype: "integer", min: "-128", max: "127" });
  expect(ruleOf(field(validate("", "<regex>[a-z]{2}</regex>")))).toEqual({
    ...none,
    datatype: "text",
    pattern: "[a-z]{2}",
  });
  expect(ruleOf(field(validate("", "<basic/><list-range min='1' max='3'/>"), "list-multi"))).toMatchObject({
    least: 1,
    most: 3,
  });
  for (const hostile of ["constructor", "x:own", "__proto__"])
    expect(ruleOf(field(validate(`datatype='${hostile}'`)))).toEqual({ ...none, datatype: "text" });
  expect(ruleOf(field(validate("", `<regex>${"a".repeat(300)}</regex><list-range min='-1' max='1e9'/>`)))).toEqual({
    ...none,
    datatype: "text",
  });
});

it.each(["constructor", "toString", "__proto__"])(
  "treats a field with the type and datatype %s as a line of text",
  (type) => {
    const { fields } = readForm(
      stanza(
        `<x xmlns='jabber:x:data'><field var='a' type='${type}'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='${type}'/></field></x>`,
      ),
    );
    expect(fields).toMatchObject([{ kind: "text", rule: { datatype: "text" } }]);
    expect(structuredClone(fields)).toEqual(fields);
  },
);
