/** A file of a message, as the window may see it: without addresses and keys. */
import { z } from "zod";
import { shownSchema } from "./text.ts";

/** A message shares at most as many as `MOST_FILES`; a file is named by its index. */
export const fileIndexSchema = z.number().int().min(0).max(31);

export const fileSchema = z.object({
  /** Safe to show and to save. */
  name: shownSchema(96),
  /** Bytes, as the author says. */
  size: z.number().int().nonnegative().nullable(),
  /** `type/subtype`, as the author says. */
  type: shownSchema(129).nullable(),
  kind: z.enum(["picture", "video", "audio", "document"]),
  /** Pixels, both or none. */
  width: z.number().int().positive().nullable(),
  height: z.number().int().positive().nullable(),
  /** ms. */
  duration: z.number().int().nonnegative().nullable(),
  /** A data: URI of a ThumbHash or BlurHash. */
  thumbnail: shownSchema(700).nullable(),
  /** The author wants it to be shown at once. */
  inline: z.boolean(),
  /** It is stored in encrypted form. */
  encrypted: z.boolean(),
  /** The host that it is fetched from, with a port other than 443; null: it cannot be fetched. */
  host: shownSchema(262).nullable(),
  /** No source is known yet: its author will attach one (XEP-0447 §3.3). */
  pending: z.boolean(),
});
export type File = z.infer<typeof fileSchema>;

/** What a preview in one line needs to name the files of a message; null: it shares none. */
export const filePreviewSchema = fileSchema
  .pick({ name: true, kind: true })
  .extend({ count: z.number().int().positive() })
  .nullable();
export type FilePreview = NonNullable<z.infer<typeof filePreviewSchema>>;
