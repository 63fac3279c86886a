/** Forms from the network (XEP-0004), reduced to what can be shown. */
import { z } from "zod";

/** A field (XEP-0004 §3.2). */
export const formFieldSchema = z.object({
  name: z.string().max(256),
  kind: z.enum(["boolean", "text", "lines", "password", "one-of", "some-of", "note"]),
  label: z.string().max(512),
  required: z.boolean(),
  values: z.array(z.string().max(4096)).max(500),
  options: z.array(z.object({ value: z.string().max(1024), label: z.string().max(512) })).max(200),
});
export type FormField = z.infer<typeof formFieldSchema>;

export const formFieldsSchema = z.array(formFieldSchema).max(200);

/** What the user filled in; what is not named stays. */
export const filledFieldsSchema = z.array(z.strictObject({ name: z.string().max(256), values: z.array(z.string().max(4096)).max(500) })).max(200);
export type FilledField = z.infer<typeof filledFieldsSchema>[number];
