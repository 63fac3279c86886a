/** IPC contract: avatars of people and rooms. */
import { z } from "zod";
import { avatarKeySchema, avatarSchema, newAvatarSchema } from "../model/avatar.ts";
import { account, noResult } from "./parts.ts";

export const avatarCommands = {
  /** Fetches the avatar from our server or the room if it is not cached. */
  "avatar.get": { args: avatarKeySchema, result: avatarSchema.nullable() },
  /** Publishes our avatar for everybody, or null removes it. Needs a connection, and a server with PEP. */
  "avatar.setOwn": { args: account.extend({ avatar: newAvatarSchema.nullable() }), result: noResult },
} as const;

export const avatarEvents = {
  /** These avatars changed or were removed. */
  "avatars.changed": z.object({ of: z.array(avatarKeySchema) }),
} as const;
