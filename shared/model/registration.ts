/** Making an account at a server (XEP-0077), perhaps with the code of an invitation (XEP-0445). */
import { z } from "zod";
import { accountSchema } from "./account.ts";
import { formFieldsSchema } from "./form.ts";
import { problemSchema } from "./problem.ts";

/** Why no account came of it. Each has a sentence `registration.refused-<code>` in the catalogue. */
export const registrationRefusals = [
  "not-offered", // the server makes no accounts this way
  "token", // the code of the invitation is wrong, used, or too old
  "name-taken", // conflict
  "not-acceptable", // a value is not taken: the name, or a password that is too weak
  "too-many", // resource-constraint, policy-violation: too many from here
  "not-allowed", // forbidden: not for everybody, or not from here
  "picture", // what was read in the picture is wrong
  "expired", // the server hung up meanwhile; the form is a new one
  "other",
] as const;
export const registrationRefusalSchema = z.object({
  why: z.enum(registrationRefusals),
  /** What the server said, as a quotation. */
  text: z.string().max(512),
});
export type RegistrationRefusal = z.infer<typeof registrationRefusalSchema>;

export const registrationFormSchema = z.object({
  instructions: z.string().max(4096),
  /** A page where the account is made instead (XEP-0066), or where the form can be filled in. */
  url: z.string().max(8192).nullable(),
  /** `username` and `password` among them, unless the account is made elsewhere. */
  fields: formFieldsSchema,
  /** What is to be read and typed into a field (XEP-0158, XEP-0221, XEP-0231). */
  pictures: z
    .array(z.object({ field: z.string().max(256), type: z.string().max(32), base64: z.string().max(400_000) }))
    .max(5),
  /** The code of the invitation was taken. Null: there is none; false: the server does not know invitations. */
  invited: z.boolean().nullable(),
});
export type RegistrationForm = z.infer<typeof registrationFormSchema>;

export const registrationStepSchema = z.discriminatedUnion("step", [
  z.object({
    step: z.literal("form"),
    registration: z.string(),
    form: registrationFormSchema,
    refusal: registrationRefusalSchema.nullable(),
  }),
  z.object({ step: z.literal("refused"), refusal: registrationRefusalSchema }),
  /** The server could not be reached, or its certificate is not to be trusted. */
  z.object({ step: z.literal("trouble"), problem: problemSchema }),
  /** It is made, and signs in. */
  z.object({ step: z.literal("made"), account: accountSchema }),
]);
export type RegistrationStep = z.infer<typeof registrationStepSchema>;
