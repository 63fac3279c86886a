/** IPC contract: accounts and the preferences of their archives. */
import { z } from "zod";
import { accountSchema, advancedSchema, archiveDefaultSchema } from "../model/account.ts";
import { ownPresenceSchema } from "../model/presence.ts";
import { accountIdSchema, ownJidSchema } from "../model/primitives.ts";
import { refusalSchema } from "../model/refusal.ts";
import { exactSchema } from "../model/text.ts";
import { account, noResult } from "./parts.ts";

const password = exactSchema(1024).min(1);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

export const accountCommands = {
  /** Adds an account and connects, or updates the password and settings of the existing account with this JID. */
  "account.signIn": {
    args: z.strictObject({ jid: ownJidSchema, password, advanced: advancedSchema }),
    result: accountSchema,
  },
  "account.setEnabled": { args: account.extend({ enabled: z.boolean() }), result: noResult },
  "account.setAdvanced": { args: account.extend({ advanced: advancedSchema }), result: noResult },
  "account.setPassword": { args: account.extend({ password }), result: noResult },
  /** Deletes the account and all its local data. Changes nothing on the server. */
  "account.remove": { args: account, result: noResult },
  /** "Try now": also restarts a stopped account. */
  "account.connectNow": { args: account, result: noResult },
  /** Trusts exactly this certificate, for this account only. */
  "account.pinCertificate": { args: account.extend({ fingerprint }), result: noResult },
  "account.unpinCertificate": { args: account, result: noResult },
  /** Forgets the strongest mechanism seen so far, after the user was warned of a downgrade. */
  "account.acceptDowngrade": { args: account, result: noResult },
  "account.setPresence": { args: account.extend({ presence: ownPresenceSchema }), result: noResult },
  /** Archive preferences of the server (XEP-0313). `supported: false`: no archive, or no choice. Needs a connection. */
  "archive.preferences": {
    args: account,
    result: z.object({ supported: z.boolean(), default: archiveDefaultSchema.nullable() }),
  },
  "archive.setDefault": { args: account.extend({ default: archiveDefaultSchema }), result: noResult },
} as const;

export const accountEvents = {
  /** The nodes of the server keep too few items for our devices to share these (XEP-0402, XEP-0490) as they should. */
  "accounts.limited": z.object({ limits: z.array(account.extend({ what: z.enum(["bookmarks", "read-markers"]) })) }),
  /** Requests that were sent without waiting for an answer, and refused. */
  "requests.refused": z.object({ refusals: z.array(refusalSchema) }),
  "accounts.changed": z.object({ changed: z.array(accountSchema), removed: z.array(accountIdSchema) }),
} as const;
