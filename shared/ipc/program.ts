/** The part of the contract: the program, its settings and its store. */
import { z } from "zod";
import { accountSchema } from "../model/account.ts";
import { settingsSchema } from "../model/settings.ts";
import { storeStatusSchema } from "../model/store-status.ts";
import { done, nothing } from "./parts.ts";

export const programCommands = {
  /** What the window must know before it draws anything. */
  "app.start": {
    args: nothing,
    result: z.object({
      version: z.string(),
      host: z.enum(["desktop", "browser"]),
      platform: z.string(),
      /** BCP 47 tag of the host's language, e.g. `de-AT`. */
      locale: z.string(),
      settings: settingsSchema,
      store: storeStatusSchema,
      accounts: z.array(accountSchema),
      /** 32 random bytes, base64: the key for what the window itself keeps (drafts). Null while the store is locked. */
      cacheKey: z.string().nullable(),
    }),
  },
  "settings.change": { args: settingsSchema.partial(), result: settingsSchema },
  /** Try to open the store once more. */
  "store.retry": { args: nothing, result: storeStatusSchema },
  /** Open it with the recovery key that settings shows: 64 hex digits, spaces allowed. */
  "store.restore": { args: z.strictObject({ recoveryKey: z.string().max(200) }), result: storeStatusSchema },
  /** Put the old file aside under another name and begin with an empty store. */
  "store.startAfresh": { args: nothing, result: storeStatusSchema },
  "store.recoveryKey": { args: nothing, result: z.object({ recoveryKey: z.string() }) },
  /** Opens http, https and mailto links outside, and asks about xmpp links; every other scheme is refused. */
  "link.open": { args: z.strictObject({ url: z.string().min(1).max(8192) }), result: done },
  /** The window got or lost the user's attention. */
  "window.focus": { args: z.strictObject({ focused: z.boolean() }), result: done },
} as const;

export const programEvents = {
  "store.changed": storeStatusSchema,
  "settings.changed": settingsSchema,
  /** An `xmpp:` address from outside (command line, another program): the window asks the user what to do with it. */
  "uri.requested": z.object({ uri: z.string() }),
} as const;
