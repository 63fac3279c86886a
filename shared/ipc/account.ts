/** IPC contract: accounts and the preferences of their archives. */
import { z } from "zod";
import { accountSchema, advancedSchema, archiveDefaultSchema } from "../model/account.ts";
import { ownPresenceSchema } from "../model/presence.ts";
import { accountIdSchema, bareJidSchema } from "../model/primitives.ts";
import { exactSchema } from "../model/text.ts";
import { account, done } from "./parts.ts";

const password = exactSchema(1024).min(1);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

export const accountCommands = {
  /** Adds an account and connects, or updates the password and settings of the existing account with this JID. */
  "account.signIn": {
    args: z.strictObject({ jid: bareJidSchema, password, advanced: advancedSchema }),
    result: accountSchema,
  },
  "account.setEnabled": { args: account.extend({ enabled: z.boolean() }), result: done },
  "account.setAdvanced": { args: account.extend({ advanced: advancedSchema }), result: done },
  "account.setPassword": { args: account.extend({ password }), result: done },
  /** Deletes the account and all its local data. Changes nothing on the server. */
  "account.remove": { args: account, result: done },
  /** "Try now": also restarts a stopped account. */
  "account.connectNow": { args: account, result: done },
  /** Trusts exactly this certificate, for this account only. */
  "account.pinCertificate": { args: account.extend({ fingerprint }), result: done },
  "account.unpinCertificate": { args: account, result: done },
  /** Forgets the strongest mechanism seen so far, after the user was warned of a downgrade. */
  "account.acceptDowngrade": { args: account, result: done },
  "account.setPresence": { args: account.extend({ presence: ownPresenceSchema }), result: done },
  /** Archive preferences of the server (XEP-0313). `supported: false`: no archive, or no choice. Needs a connection. */
  "archive.preferences": {
    args: account,
    result: z.object({ supported: z.boolean(), default: archiveDefaultSchema.nullable() }),
  },
  "archive.setDefault": { args: account.extend({ default: archiveDefaultSchema }), result: done },
} as const;

export const accountEvents = {
  "accounts.changed": z.object({ changed: z.array(accountSchema), removed: z.array(accountIdSchema) }),
} as const;
