/** Data forms from the network (XEP-0004), reduced to what can be shown. */
import { z } from "zod";
import { exactSchema } from "./text.ts";

/** Validation rule of a value (XEP-0122). Bounds are unparsed. */
const formRuleSchema = z.object({
  datatype: z.enum(["text", "integer", "decimal", "date", "dateTime", "time", "uri", "language", "jid"]),
  min: z.string().max(64).nullable(),
  max: z.string().max(64).nullable(),
  pattern: z.string().max(256).nullable(),
  /** Limits of the number of selected options. */
  least: z.number().int().nullable(),
  most: z.number().int().nullable(),
});
export type FormRule = z.infer<typeof formRuleSchema>;

/** A field (XEP-0004 §3.2). */
export const formFieldSchema = z.object({
  name: z.string().max(256),
  kind: z.enum(["boolean", "text", "lines", "password", "one-of", "some-of", "note"]),
  label: z.string().max(512),
  required: z.boolean(),
  values: z.array(z.string().max(4096)).max(500),
  options: z.array(z.object({ value: z.string().max(1024), label: z.string().max(512) })).max(200),
  /** Absent: any text is valid. */
  rule: formRuleSchema.optional(),
});
export type FormField = z.infer<typeof formFieldSchema>;

export const formFieldsSchema = z.array(formFieldSchema).max(200);

/**
 * The fields that the user filled in; unnamed fields stay unchanged. Values are exact because one may be a password:
 * the window removes characters that XML cannot carry from all others.
 */
export const filledFieldsSchema = z
  .array(z.strictObject({ name: exactSchema(256), values: z.array(exactSchema(4096)).max(500) }))
  .max(200);
export type FilledField = z.infer<typeof filledFieldsSchema>[number];
