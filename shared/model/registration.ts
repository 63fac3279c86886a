/** Registration of an account (XEP-0077), optionally with an invitation token (XEP-0445). */
import { z } from "zod";
import { accountSchema } from "./account.ts";
import { formFieldsSchema } from "./form.ts";
import { problemSchema } from "./problem.ts";

/** Why registration failed. Each has a sentence `registration.refused-<code>` in the catalogue. */
export const registrationRefusals = [
  "not-offered", // the server does not offer in-band registration
  "token", // the invitation token is wrong, used or expired
  "name-taken", // conflict
  "not-acceptable", // a value is refused: the name, or a weak password
  "too-many", // resource-constraint, policy-violation: too many registrations from here
  "not-allowed", // forbidden: not for everybody, or not from this address
  "picture", // the CAPTCHA answer is wrong
  "expired", // the server closed the stream; the form is a new one
  "other",
] as const;
export const registrationRefusalSchema = z.object({
  why: z.enum(registrationRefusals),
  /** The server's text, shown as a quotation. */
  text: z.string().max(512),
});
export type RegistrationRefusal = z.infer<typeof registrationRefusalSchema>;

export const registrationFormSchema = z.object({
  instructions: z.string().max(4096),
  /** A web page for registration instead of (XEP-0066) or beside the form. */
  url: z.string().max(8192).nullable(),
  /** Contains `username` and `password`, unless registration happens on the web page. */
  fields: formFieldsSchema,
  /** CAPTCHA pictures to be typed into a field (XEP-0158, XEP-0221, XEP-0231). */
  pictures: z
    .array(z.object({ field: z.string().max(256), type: z.string().max(32), base64: z.string().max(400_000) }))
    .max(5),
  /** Whether the server accepted the invitation token. Null: no token; false: the server does not support them. */
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
  /** The server is unreachable, or its certificate is not trusted. */
  z.object({ step: z.literal("trouble"), problem: problemSchema }),
  /** The account exists and signs in. */
  z.object({ step: z.literal("made"), account: accountSchema }),
]);
export type RegistrationStep = z.infer<typeof registrationStepSchema>;
