/**
 * What goes to a window is checked against the contract, as arguments are on their way in. One value that does not fit
 * must not take the rest of its list away: a function in one room would leave the window without any room, since
 * nothing of the list could be cloned then. So a list loses only the items that do not fit, and each of them is a line
 * in the log.
 *
 * The usual way is one pass of the schema over the whole value; the way item by item is for a value that did not fit.
 */
import { z } from "zod";
import { log } from "../log/log.ts";

/** Lines in the log for one value. */
const MOST_LINES = 5;

export type Outgoing = { fits: true; value: unknown } | { fits: false };

/**
 * @param schema of the contract
 * @param name of the event or the command
 * @returns plain data that can be cloned, without what does not fit; never throws
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

/** @param path where in the value, by the words of the contract @param why codes, never values */
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
    // The value throws when it is read.
    return { fits: false, why: error instanceof Error ? error.name : typeof error };
  }
}

/**
 * The value without the items of its lists that do not fit, and without fields that the contract does not know. Null:
 * it has no parts.
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
