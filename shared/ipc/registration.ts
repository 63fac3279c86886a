/** IPC contract: registration of accounts, and invitations to contacts. */
import { z } from "zod";
import { advancedSchema } from "../model/account.ts";
import { filledFieldsSchema } from "../model/form.ts";
import { accountIdSchema, ownJidSchema, timeSchema } from "../model/primitives.ts";
import { registrationStepSchema } from "../model/registration.ts";
import { exactSchema } from "../model/text.ts";

const registration = z.string().regex(/^[0-9a-f]{32}$/);

export const registrationCommands = {
  /**
   * Asks a server for its registration form (XEP-0077 §3.1).
   * @param fingerprint of a certificate that the server has just shown and the user trusts; `preauth`: the invitation
   * token (XEP-0445)
   */
  "registration.begin": {
    args: z.strictObject({
      domain: ownJidSchema,
      advanced: advancedSchema,
      preauth: exactSchema(1024).min(1).nullable(),
      fingerprint: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
    result: registrationStepSchema,
  },
  /** Submits the form. On success, the account is added here and signs in. */
  "registration.submit": {
    args: z.strictObject({ registration, fields: filledFieldsSchema }),
    result: registrationStepSchema,
  },
  "registration.cancel": { args: z.strictObject({ registration }), result: z.null() },
  /**
   * Creates an invitation URI for a new contact. It contains a token (XEP-0401) if the server issues them, which grants
   * both subscriptions without a question; otherwise it is the account's own address. Needs a connection.
   */
  "invite.create": {
    args: z.strictObject({ account: accountIdSchema }),
    result: z.object({
      uri: z.string().max(8192),
      /** A web page that explains the invitation (XEP-0379 §3.3). */
      page: z.string().max(8192).nullable(),
      expiresAt: timeSchema.nullable(),
      /** The invited person can register an account at our server with it. */
      makesAccount: z.boolean(),
      /** The URI contains a token that works once. */
      hasCode: z.boolean(),
    }),
  },
} as const;
