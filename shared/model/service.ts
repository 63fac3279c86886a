/** What services and other addresses say of themselves, and commands that they offer (XEP-0030, XEP-0050, XEP-0054, XEP-0060). */
import { z } from "zod";
import { formFieldsSchema } from "./form.ts";

/** What a service answers that is not to be filled in (XEP-0004 §3.4), as text. */
export const resultSchema = z.object({
  facts: z.array(z.object({ name: z.string().max(256), label: z.string().max(512), values: z.array(z.string().max(4096)).max(500) })).max(200),
  columns: z.array(z.string().max(512)).max(20),
  rows: z.array(z.array(z.string().max(1024)).max(20)).max(500),
});
export type Result = z.infer<typeof resultSchema>;

export const commandActionSchema = z.enum(["prev", "next", "complete", "cancel"]);
export type CommandAction = z.infer<typeof commandActionSchema>;

/** Where a command stands (XEP-0050 §3). */
export const commandStepSchema = z.object({
  /** Hands the next step back to it; null: the service keeps none. */
  session: z.string().max(1024).nullable(),
  status: z.enum(["executing", "completed", "canceled"]),
  title: z.string().max(256),
  instructions: z.string().max(4096),
  /** What the service asks. */
  fields: formFieldsSchema,
  /** What it answers. */
  result: resultSchema,
  notes: z.array(z.object({ tone: z.enum(["info", "warn", "error"]), text: z.string().max(2048) })).max(20),
  /** What can be done beside `cancel`, the usual one first. */
  actions: z.array(commandActionSchema.exclude(["cancel"])).max(3),
});
export type CommandStep = z.infer<typeof commandStepSchema>;
