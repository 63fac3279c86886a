/** Pictures of people and rooms (XEP-0153, XEP-0084, XEP-0486). */
import { z } from "zod";
import { accountIdSchema, bareJidSchema } from "./primitives.ts";
import { exactSchema } from "./text.ts";

/** Whose: a contact's, a room's, or with a nickname that of somebody in the room. */
export const avatarKeySchema = z.strictObject({
  account: accountIdSchema,
  jid: bareJidSchema,
  nickname: exactSchema(256).nullable(),
});
export type AvatarKey = z.infer<typeof avatarKeySchema>;

/** Checked: its hash, its kind by its own bytes, its size. */
export const avatarSchema = z.object({
  /** SHA-1, lower-case hex: the same picture has the same hash, whoever wears it. */
  hash: z.string().length(40),
  type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
  base64: z.string(),
});
export type Avatar = z.infer<typeof avatarSchema>;

/** A picture that the window has cut to a small square. */
export const newAvatarSchema = z.strictObject({
  type: z.enum(["image/png", "image/jpeg"]),
  base64: z.base64().min(1).max(200_000),
});
