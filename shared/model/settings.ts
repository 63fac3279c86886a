/** What the user set for the whole program. */
import { z } from "zod";

export const settingsSchema = z.strictObject({
  theme: z.enum(["system", "light", "dark"]),
  /** `system`: the host's language, English where it is neither of ours. */
  language: z.enum(["system", "en", "de"]),
  /** Enter sends and Shift+Enter breaks the line; else the other way round with Ctrl+Enter. */
  enterSends: z.boolean(),
  textSize: z.enum(["small", "normal", "large"]),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  theme: "system",
  language: "system",
  enterSends: true,
  textSize: "normal",
};
