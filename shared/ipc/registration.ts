/** The part of the contract: making accounts, and inviting others. */
import { z } from "zod";
import { advancedSchema } from "../model/account.ts";
import { filledFieldsSchema } from "../model/form.ts";
import { accountIdSchema, bareJidSchema, timeSchema } from "../model/primitives.ts";
import { registrationStepSchema } from "../model/registration.ts";
import { exactSchema } from "../model/text.ts";

const registration = z.string().regex(/^[0-9a-f]{32}$/);

export const registrationCommands = {
  /**
   * Asks a server how accounts are made there (XEP-0077 §3.1). @param fingerprint of a certificate that the
   * server showed just now and the user trusts; `preauth` is the code of an invitation (XEP-0445)
   */
  "registration.begin": {
    args: z.strictObject({
      domain: bareJidSchema,
      advanced: advancedSchema,
      preauth: exactSchema(1024).min(1).nullable(),
      fingerprint: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
    result: registrationStepSchema,
  },
  /** Sends the form. When the account was made, it is added here and signs in. */
  "registration.submit": {
    args: z.strictObject({ registration, fields: filledFieldsSchema }),
    result: registrationStepSchema,
  },
  "registration.cancel": { args: z.strictObject({ registration }), result: z.null() },
  /**
   * An address for somebody who is to become a contact. With a code (XEP-0401) where the server makes them, then it
   * spares both the questions; else the account's own address. Needs a connection.
   */
  "invite.create": {
    args: z.strictObject({ account: accountIdSchema }),
    result: z.object({
      uri: z.string().max(8192),
      /** A page that explains it (XEP-0379 §3.3). */
      page: z.string().max(8192).nullable(),
      expiresAt: timeSchema.nullable(),
      /** Who has no account can make one at our server with it. */
      makesAccount: z.boolean(),
      /** It holds a code, which counts once. */
      hasCode: z.boolean(),
    }),
  },
} as const;
