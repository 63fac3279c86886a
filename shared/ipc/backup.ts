/** IPC contract: backups of accounts. */
import { z } from "zod";
import { accountSchema } from "../model/account.ts";
import { backupCountsSchema, backupProgressSchema } from "../model/backup.ts";
import { bareJidSchema, timeSchema } from "../model/primitives.ts";
import { MIN_PASSPHRASE } from "../omemo/passphrase.ts";
import { account, noResult, noArguments } from "./parts.ts";

const password = z.string().min(1).max(1024);
const backupFileSchema = z.object({ file: z.string(), size: z.number().int().nonnegative(), changedAt: timeSchema });
const backupSource = z.strictObject({ file: z.string().max(1024), passphrase: password });

export const backupCommands = {
  /** Backups in the default folder, newest first. `chooses`: the host can show a file dialog. */
  "backup.list": {
    args: noArguments,
    result: z.object({ folder: z.string(), chooses: z.boolean(), files: z.array(backupFileSchema) }),
  },
  /** Shows a file dialog. Null: cancelled. */
  "backup.choose": { args: noArguments, result: backupFileSchema.nullable() },
  /** Writes everything stored for an account into one file and verifies it. Null: cancelled. */
  "backup.export": {
    args: account.extend({ passphrase: z.string().min(MIN_PASSPHRASE).max(1024) }),
    result: z.object({ path: z.string(), counts: backupCountsSchema }).nullable(),
  },
  /** Reads the summary of a file of `backup.list` or `backup.choose`. */
  "backup.inspect": {
    args: backupSource,
    result: z.object({
      jid: bareJidSchema,
      createdAt: timeSchema,
      counts: backupCountsSchema,
      /** The backup contains the keys of a device. */
      omemo: z.boolean(),
      /** The account exists here; an import adds what it lacks. */
      isHere: z.boolean(),
    }),
  },
  /**
   * Imports everything or nothing. `take-over`: this installation becomes the backed-up device, and the old one must
   * never run again; `leave-out`: this installation stays, or becomes, a separate device. Null: cancelled.
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
  /** Cancels the running export or import. */
  "backup.cancel": { args: noArguments, result: noResult },
} as const;

export const backupEvents = {
  "backup.progress": backupProgressSchema,
} as const;
