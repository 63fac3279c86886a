/** What the user set for the whole program. */
import { z } from "zod";
import { DEFAULT_SETTINGS } from "../defaults.ts";

export const settingsSchema = z.strictObject({
  theme: z.enum(["system", "light", "dark"]),
  /** `system`: the host's language, English where it is neither of ours. */
  language: z.enum(["system", "en", "de"]),
  /** Enter sends and Shift+Enter breaks the line; else the other way round with Ctrl+Enter. */
  enterSends: z.boolean(),
  textSize: z.enum(["small", "normal", "large"]),
  /** Tell senders that their messages arrived (XEP-0184). */
  sendReceipts: z.boolean(),
  /** Tell senders that their messages were read (XEP-0333). */
  sendReadMarkers: z.boolean(),
  /** Tell also those who are not contacts and may not see our presence. */
  answerStrangers: z.boolean(),
  /** Keep own devices in step about what was read (XEP-0490). */
  syncRead: z.boolean(),
  /** Chats are encrypted (OMEMO) from their beginning where the contact's devices can do it. */
  encryptByDefault: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = DEFAULT_SETTINGS;
