/**
 * Why an account is not online. Each code has a sentence `problem.<code>` in the catalogue, which says what happened
 * and what the user can do.
 */
import { z } from "zod";
import { shownSchema } from "./text.ts";

export const problemCodes = [
  "wrong-password", // SASL not-authorized
  "account-disabled", // SASL account-disabled
  "not-encrypted", // the server offers no TLS
  "tls-injection", // bytes arrived in plaintext after STARTTLS was granted
  "certificate-untrusted", // self-signed or unknown issuer; `certificate` is set
  "certificate-expired",
  "certificate-not-yet-valid",
  "certificate-wrong-name",
  "certificate-changed", // the pinned one was replaced; `certificate` and `pinned` are set
  "tls-failed", // the handshake failed for another reason
  "unknown-host", // the name is not in the DNS
  "refused", // connection refused on every address
  "unreachable", // network or host unreachable: probably offline
  "timeout",
  "no-mechanism", // the server offers no mechanism that we may use
  "downgrade", // weaker than a mechanism this account used before
  "server-signature", // the server could not prove that it knows the password
  "temporary-auth-failure",
  "conflict", // another client took our resource
  "policy-violation",
  "see-other-host-loop",
  "system-shutdown",
  "resource-constraint",
  "not-authorized-stream", // the server closed the stream with not-authorized
  "bad-xml", // the server sent XML that is malformed or not allowed in XMPP
  "stream-error", // any other stream error, named in `text`
  "connection-lost",
] as const;

export type ProblemCode = (typeof problemCodes)[number];

export const problemSchema = z.object({
  code: z.enum(problemCodes),
  /** The server's text, cut to 512 characters; shown as a quotation. */
  text: shownSchema(512).default(""),
  /** The host of the attempt, if useful. */
  host: z.string().max(300).optional(),
  certificate: z
    .object({
      subject: shownSchema(1024),
      issuer: shownSchema(1024),
      names: z.array(shownSchema(256)).max(100),
      validFrom: z.number().int(),
      validTo: z.number().int(),
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .optional(),
  /** For `certificate-changed`: the pinned fingerprint. */
  pinned: z.string().optional(),
  /** For `downgrade`: the mechanism used before and those offered now. */
  mechanisms: z.object({ before: z.string().max(64), offered: z.array(z.string().max(64)).max(32) }).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Codes after which an automatic retry would be useless or harmful. */
const FINAL: ReadonlySet<ProblemCode> = new Set([
  "wrong-password",
  "account-disabled",
  "not-encrypted",
  "tls-injection",
  "certificate-untrusted",
  "certificate-expired",
  "certificate-not-yet-valid",
  "certificate-wrong-name",
  "certificate-changed",
  "no-mechanism",
  "downgrade",
  "server-signature",
  "conflict",
  "policy-violation",
  "not-authorized-stream",
]);

/** True when only the user can fix it: the account stops instead of retrying. */
export const isFinal = (code: ProblemCode): boolean => FINAL.has(code);

/** True when the user may pin the certificate that the problem carries. */
export const mayPin = (code: ProblemCode): boolean => code.startsWith("certificate-");
