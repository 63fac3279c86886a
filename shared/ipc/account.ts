/** The part of the contract: accounts, and what their servers archive. */
import { z } from "zod";
import { accountSchema, advancedSchema, archiveDefaultSchema } from "../model/account.ts";
import { ownPresenceSchema } from "../model/presence.ts";
import { accountIdSchema, bareJidSchema } from "../model/primitives.ts";
import { exactSchema } from "../model/text.ts";
import { account, done } from "./parts.ts";

const password = exactSchema(1024).min(1);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

export const accountCommands = {
  /** Adds an account, or replaces password and settings of the one with this JID, and connects. */
  "account.signIn": {
    args: z.strictObject({ jid: bareJidSchema, password, advanced: advancedSchema }),
    result: accountSchema,
  },
  "account.setEnabled": { args: account.extend({ enabled: z.boolean() }), result: done },
  "account.setAdvanced": { args: account.extend({ advanced: advancedSchema }), result: done },
  "account.setPassword": { args: account.extend({ password }), result: done },
  /** Forgets the account with everything that is stored for it here. Nothing changes on the server. */
  "account.remove": { args: account, result: done },
  /** "Try now": also restarts an account that had stopped. */
  "account.connectNow": { args: account, result: done },
  /** Trust exactly this certificate for exactly this account. */
  "account.pinCertificate": { args: account.extend({ fingerprint }), result: done },
  "account.unpinCertificate": { args: account, result: done },
  /** Forget the strongest mechanism seen, after the user was told of a downgrade. */
  "account.acceptDowngrade": { args: account, result: done },
  "account.setPresence": { args: account.extend({ presence: ownPresenceSchema }), result: done },
  /** What the server keeps for us. `supported: false`: it has no archive, or lets nobody choose. Needs a connection. */
  "archive.preferences": {
    args: account,
    result: z.object({ supported: z.boolean(), default: archiveDefaultSchema.nullable() }),
  },
  "archive.setDefault": { args: account.extend({ default: archiveDefaultSchema }), result: done },
} as const;

export const accountEvents = {
  "accounts.changed": z.object({ changed: z.array(accountSchema), removed: z.array(accountIdSchema) }),
} as const;
