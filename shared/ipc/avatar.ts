/** The part of the contract: pictures of people and rooms. */
import { z } from "zod";
import { avatarKeySchema, avatarSchema } from "../model/avatar.ts";

export const avatarCommands = {
  /** Fetched from our server or the room where it is not here yet. */
  "avatar.get": { args: avatarKeySchema, result: avatarSchema.nullable() },
} as const;

export const avatarEvents = {
  /** They have another picture, or none. */
  "avatars.changed": z.object({ of: z.array(avatarKeySchema) }),
} as const;
