/** IPC contract: the program, its settings and its store. */
import { z } from "zod";
import { accountSchema } from "../model/account.ts";
import { settingsSchema } from "../model/settings.ts";
import { storeStatusSchema } from "../model/store-status.ts";
import { noResult, noArguments } from "./parts.ts";

export const programCommands = {
  /** Everything the window needs before its first paint. */
  "app.start": {
    args: noArguments,
    result: z.object({
      version: z.string(),
      host: z.enum(["desktop", "browser"]),
      platform: z.string(),
      /** BCP 47 tag of the host's language, e.g. `de-AT`. */
      locale: z.string(),
      settings: settingsSchema,
      store: storeStatusSchema,
      accounts: z.array(accountSchema),
      /** 32 random bytes, base64: encrypts what the window stores itself (drafts). Null while the store is locked. */
      cacheKey: z.string().nullable(),
    }),
  },
  "settings.change": { args: settingsSchema.partial(), result: settingsSchema },
  /** Tries to open the store again. */
  "store.retry": { args: noArguments, result: storeStatusSchema },
  /** Opens the store with the recovery key from the settings: 64 hex digits, spaces allowed. */
  "store.restore": { args: z.strictObject({ recoveryKey: z.string().max(200) }), result: storeStatusSchema },
  /** Renames the old database file and starts with an empty store. */
  "store.startAfresh": { args: noArguments, result: storeStatusSchema },
  "store.recoveryKey": { args: noArguments, result: z.object({ recoveryKey: z.string() }) },
  /** Opens http, https and mailto links externally and asks about xmpp links; refuses any other scheme. */
  "link.open": { args: z.strictObject({ url: z.string().min(1).max(8192) }), result: noResult },
  /** The window got or lost the focus. */
  "window.focus": { args: z.strictObject({ focused: z.boolean() }), result: noResult },
} as const;

export const programEvents = {
  "store.changed": storeStatusSchema,
  "settings.changed": settingsSchema,
  /** An `xmpp:` URI from outside (command line, another program); the window asks the user before it acts. */
  "uri.requested": z.object({ uri: z.string() }),
} as const;
