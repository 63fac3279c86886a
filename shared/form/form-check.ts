/**
 * Checks a value against the rules of its form (XEP-0004 §3.3, XEP-0122) before it is sent. The rules are untrusted.
 */
import { fitsPattern } from "./foreign-pattern.ts";
import type { FormField, FormRule } from "../model/form.ts";

/** Why a value is invalid. Each code has a sentence `room.fault-<code>` in the catalogue. */
export interface FieldFault {
  code:
    | "missing"
    | "integer"
    | "decimal"
    | "date"
    | "dateTime"
    | "time"
    | "uri"
    | "language"
    | "jid"
    | "pattern"
    | "min"
    | "max"
    | "least"
    | "most";
  /** The bound that the value exceeds; otherwise empty. */
  limit: string;
}

const ZONE = "(?:Z|[+-]\\d\\d:\\d\\d)?";
const SHAPES: Readonly<Record<Exclude<FormRule["datatype"], "text">, RegExp>> = {
  integer: /^[+-]?\d{1,40}$/,
  decimal: /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?$/i,
  date: new RegExp(`^\\d{4}-\\d\\d-\\d\\d${ZONE}$`),
  dateTime: new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?${ZONE}$`),
  time: new RegExp(`^(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?${ZONE}$`),
  uri: /^[a-z][a-z0-9+.-]{0,32}:\S+$/i,
  language: /^[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,8}$/i,
  jid: /^[^\s@/<>"]+(?:@[^\s@/<>"]+)?(?:\/.+)?$/,
};

/** Length limit of a value of any of these types, and of a form field, in UTF-16 units. */
const MOST_VALUE = 4096;

/** @returns null when the service will probably accept the values */
export function checkField(
  { kind, required, rule }: Pick<FormField, "kind" | "required" | "rule">,
  values: readonly string[],
): FieldFault | null {
  const given = values.filter((value) => value.trim() !== "");
  if (given.length === 0)
    return required && kind !== "note" && kind !== "boolean" ? { code: "missing", limit: "" } : null;
  if (rule === undefined) return null;
  if (kind === "some-of") {
    if (rule.least !== null && given.length < rule.least) return { code: "least", limit: String(rule.least) };
    if (rule.most !== null && given.length > rule.most) return { code: "most", limit: String(rule.most) };
  }
  for (const value of given) {
    const fault = checkValue(rule, value.trim());
    if (fault !== null) return fault;
  }
  return null;
}

function checkValue({ datatype, min, max, pattern }: FormRule, value: string): FieldFault | null {
  if (
    datatype !== "text" &&
    (value.length > MOST_VALUE || !SHAPES[datatype].test(value) || Number.isNaN(orderOf(datatype, value)))
  )
    return { code: datatype, limit: "" };
  if (min !== null && isLess(datatype, value, min)) return { code: "min", limit: min };
  if (max !== null && isLess(datatype, max, value)) return { code: "max", limit: max };
  return pattern !== null && fitsPattern(pattern, value) === false ? { code: "pattern", limit: "" } : null;
}

/** Maps a value to a number in the order of its datatype; NaN for an impossible date. */
function orderOf(datatype: FormRule["datatype"], value: string): number {
  switch (datatype) {
    case "integer":
    case "decimal":
      return Number(value);
    case "date":
      return isDay(value) ? Date.parse(value) : Number.NaN;
    case "dateTime":
      return isDay(value) ? Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`) : Number.NaN;
    case "time":
      return Date.parse(`1970-01-01T${/(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`}`);
    default:
      return 0;
  }
}

/** `Date` rolls over: 30 February would become a day in March. */
function isDay(value: string): boolean {
  const day = value.slice(0, 10);
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

/** False when the bound is invalid, so that it excludes nothing. */
const isLess = (datatype: FormRule["datatype"], one: string, other: string): boolean =>
  datatype === "integer" && SHAPES.integer.test(one) && SHAPES.integer.test(other)
    ? BigInt(one.replace(/^\+/, "")) < BigInt(other.replace(/^\+/, ""))
    : datatype !== "text" &&
      SHAPES[datatype].test(one) &&
      SHAPES[datatype].test(other) &&
      orderOf(datatype, one) < orderOf(datatype, other);
