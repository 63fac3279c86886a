/** IPC contract: avatars of people and rooms. */
import { z } from "zod";
import { avatarKeySchema, avatarSchema } from "../model/avatar.ts";

export const avatarCommands = {
  /** Fetches the avatar from our server or the room if it is not cached. */
  "avatar.get": { args: avatarKeySchema, result: avatarSchema.nullable() },
} as const;

export const avatarEvents = {
  /** These avatars changed or were removed. */
  "avatars.changed": z.object({ of: z.array(avatarKeySchema) }),
} as const;
