/** Settings of the whole program. */
import { z } from "zod";
import { DEFAULT_SETTINGS } from "../defaults.ts";

export const settingsSchema = z.strictObject({
  theme: z.enum(["system", "light", "dark"]),
  /** `system`: the host's language, or English if it is neither English nor German. */
  language: z.enum(["system", "en", "de"]),
  /** Enter sends and Shift+Enter breaks the line; otherwise Enter breaks it and Ctrl+Enter sends. */
  enterSends: z.boolean(),
  /** The composer shows the buttons that style the text (XEP-0393). */
  showFormatting: z.boolean(),
  textSize: z.enum(["small", "normal", "large"]),
  /** Send delivery receipts (XEP-0184). */
  sendReceipts: z.boolean(),
  /** Send read markers (XEP-0333). */
  sendReadMarkers: z.boolean(),
  /** Tell others while we write (XEP-0085). */
  sendChatStates: z.boolean(),
  /** Also send receipts, markers and chat states to strangers, who may not see our presence. */
  answerStrangers: z.boolean(),
  /** Synchronise the read position among our devices (XEP-0490). */
  syncRead: z.boolean(),
  /** Encrypt new chats (OMEMO) if the contact's devices support it. */
  encryptByDefault: z.boolean(),
  /** Fetch files before the user asks; `contacts`: from contacts and private groups. Never from strangers. */
  autoDownload: z.enum(["always", "contacts", "never"]),
  /** Up to this size, megabytes. */
  autoDownloadLimit: z.literal([1, 5, 10, 25]),
  /** Not only pictures. */
  autoDownloadVoice: z.boolean(),
  autoDownloadVideos: z.boolean(),
  /** The connection costs by volume: nothing is fetched before the user asks. */
  metered: z.boolean(),
  /** Copies of files on this disk are removed after as many days; 0: never. */
  keepFilesDays: z.literal([0, 30, 90, 365]),
  /** Larger copies are removed at the next start, megabytes; 0: none. */
  keepFilesLargest: z.literal([0, 25, 100, 1000]),
  /** These rules leave the files of messages with a star. */
  keepFilesStarred: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = DEFAULT_SETTINGS;
