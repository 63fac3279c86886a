/**
 * Checks values for a window against the contract, like arguments on their way in. One invalid value must not affect
 * the rest of its list: a function in one room would make the whole list uncloneable and leave the window without any
 * room. So a list loses only its invalid items, each with a log line.
 *
 * Usually one pass of the schema over the whole value suffices; items are checked one by one only if it fails.
 */
import { z } from "zod";
import { log } from "../log/log.ts";

/** Maximum log lines for one value. */
const MOST_LINES = 5;

export type Outgoing = { fits: true; value: unknown } | { fits: false };

/**
 * @param schema of the contract
 * @param name of the event or command
 * @returns plain, cloneable data without the invalid parts; never throws
 */
export function outgoing(schema: z.ZodType, name: string, value: unknown): Outgoing {
  let lines = 0;
  const dropped: Dropped = (path, why) => {
    if (++lines <= MOST_LINES) log.warn("ipc", `${name}: left out ${path.join(".") || "all of it"}`, why);
  };
  const checked = check(schema, value, dropped, []);
  if (lines > MOST_LINES) log.warn("ipc", `${name}: left out ${lines - MOST_LINES} more`);
  return checked;
}

/** @param path to the value, in terms of the contract @param why error codes, never values */
type Dropped = (path: (string | number)[], why: string) => void;

function check(schema: z.ZodType, value: unknown, dropped: Dropped, path: (string | number)[]): Outgoing {
  const whole = parse(schema, value);
  if (whole.fits) return whole;
  const rest = withoutWrong(schema, value, dropped, path);
  const checked = rest === null ? whole : parse(schema, rest);
  if (!checked.fits) dropped(path, checked.why);
  return checked;
}

function parse(schema: z.ZodType, value: unknown): { fits: true; value: unknown } | { fits: false; why: string } {
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { fits: true, value: parsed.data };
    const why = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".").slice(0, 80)} ${issue.code}`);
    return { fits: false, why: why.join(", ").trim() };
  } catch (error) {
    // A getter of the value throws.
    return { fits: false, why: error instanceof Error ? error.name : typeof error };
  }
}

/**
 * The value without invalid list items and without fields unknown to the contract. Null: it is neither a list nor an
 * object.
 */
function withoutWrong(schema: z.ZodType, value: unknown, dropped: Dropped, path: (string | number)[]): unknown {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return withoutWrong(schema.unwrap() as z.ZodType, value, dropped, path);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const items: unknown[] = [];
    value.forEach((item, index) => {
      const checked = check(schema.element as z.ZodType, item, dropped, [...path, index]);
      if (checked.fits) items.push(checked.value);
    });
    const tooMany = schema
      .safeParse(items)
      .error?.issues.find(({ code, path: at }) => code === "too_big" && at.length === 0);
    return tooMany?.code === "too_big" ? items.slice(0, Number(tooMany.maximum)) : items;
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== "object" || value === null) return null;
  return fieldsWithoutWrong(schema, value, dropped, path);
}

function fieldsWithoutWrong(
  schema: z.ZodObject,
  value: object,
  dropped: Dropped,
  path: (string | number)[],
): object | null {
  const known: [string, unknown][] = [];
  try {
    for (const [key, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
      if (!Object.hasOwn(value, key)) continue;
      const own: unknown = Reflect.get(value, key);
      known.push([key, parse(field, own).fits ? own : (withoutWrong(field, own, dropped, [...path, key]) ?? own)]);
    }
    return Object.fromEntries(known);
  } catch (error) {
    log.debug("ipc", "a value throws when it is read", error);
    return null;
  }
}
