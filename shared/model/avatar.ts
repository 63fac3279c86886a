/** Pictures of people and rooms (XEP-0153, XEP-0084, XEP-0486). */
import { z } from "zod";
import { accountIdSchema, bareJidSchema } from "./primitives.ts";
import { exactSchema } from "./text.ts";

/** The owner: a contact, a room, or with a nickname an occupant of the room. */
export const avatarKeySchema = z.strictObject({
  account: accountIdSchema,
  jid: bareJidSchema,
  nickname: exactSchema(256).nullable(),
});
export type AvatarKey = z.infer<typeof avatarKeySchema>;

/** A verified avatar: hash, size, and the type detected from its bytes. */
export const avatarSchema = z.object({
  /** SHA-1, lower-case hex; equal pictures have equal hashes. */
  hash: z.string().length(40),
  type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
  base64: z.string(),
});
export type Avatar = z.infer<typeof avatarSchema>;

/** A picture that the window has cropped to a small square. */
export const newAvatarSchema = z.strictObject({
  type: z.enum(["image/png", "image/jpeg"]),
  base64: z.base64().min(1).max(200_000),
});
export type NewAvatar = z.infer<typeof newAvatarSchema>;
