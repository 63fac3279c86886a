/** The part of the contract: backups of accounts. */
import { z } from "zod";
import { accountSchema } from "../model/account.ts";
import { backupCountsSchema, backupProgressSchema } from "../model/backup.ts";
import { bareJidSchema, timeSchema } from "../model/primitives.ts";
import { MIN_PASSPHRASE } from "../omemo/passphrase.ts";
import { account, done, nothing } from "./parts.ts";

const password = z.string().min(1).max(1024);
const backupFileSchema = z.object({ file: z.string(), size: z.number().int().nonnegative(), changedAt: timeSchema });
const backupSource = z.strictObject({ file: z.string().max(1024), passphrase: password });

export const backupCommands = {
  /** Backups in the usual folder, newest first. `chooses`: the host can ask for another place. */
  "backup.list": {
    args: nothing,
    result: z.object({ folder: z.string(), chooses: z.boolean(), files: z.array(backupFileSchema) }),
  },
  /** Asks the user for a file. Null: he changed his mind. */
  "backup.choose": { args: nothing, result: backupFileSchema.nullable() },
  /** Writes all that is kept of an account into one file, and reads it back. Null: given up. */
  "backup.export": {
    args: account.extend({ passphrase: z.string().min(MIN_PASSPHRASE).max(1024) }),
    result: z.object({ path: z.string(), counts: backupCountsSchema }).nullable(),
  },
  /** What is in a file of `backup.list` or `backup.choose`. */
  "backup.inspect": {
    args: backupSource,
    result: z.object({
      jid: bareJidSchema,
      createdAt: timeSchema,
      counts: backupCountsSchema,
      /** The keys of a device are in it. */
      omemo: z.boolean(),
      /** That account is here: what it lacks is added. */
      isHere: z.boolean(),
    }),
  },
  /**
   * All of it or nothing. `take-over`: this becomes the device of the backup, and the old one must not run any more;
   * `leave-out`: this stays, or becomes, a device of its own. Null: given up.
   */
  "backup.import": {
    args: backupSource.extend({ omemo: z.enum(["take-over", "leave-out"]) }),
    result: z
      .object({
        account: accountSchema,
        added: z.number().int().nonnegative(),
        device: z.enum(["taken", "same", "left"]),
      })
      .nullable(),
  },
  /** Gives up what is under way. */
  "backup.cancel": { args: nothing, result: done },
} as const;

export const backupEvents = {
  "backup.progress": backupProgressSchema,
} as const;
