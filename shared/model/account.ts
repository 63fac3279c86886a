/** An account and the state of its connection. */
import { z } from "zod";
import { MOST_OF_JID } from "../jid.ts";
import { accountIdSchema, bareJidSchema, timeSchema } from "./primitives.ts";
import { ownPresenceSchema } from "./presence.ts";
import { problemSchema } from "./problem.ts";
import { lineSchema } from "./text.ts";

/** The "advanced" section of the sign-in form. A host without a port means 5222. */
export const advancedSchema = z.strictObject({
  host: lineSchema(253).trim().optional(),
  port: z.number().int().min(1).max(65535).optional(),
  /** `direct`: TLS from the first byte (XEP-0368); `starttls`: RFC 6120 §5. Only with a host. */
  security: z.enum(["starttls", "direct"]).optional(),
  resource: lineSchema(1023).trim().optional(),
});
export type Advanced = z.infer<typeof advancedSchema>;

/** A TLS certificate, as shown to the user. */
export const certificateSchema = z.object({
  subject: z.string().max(1024),
  issuer: z.string().max(1024),
  names: z.array(z.string().max(256)).max(100),
  validFrom: timeSchema,
  validTo: timeSchema,
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Certificate = z.infer<typeof certificateSchema>;

export const connectionStateSchema = z.discriminatedUnion("state", [
  /** The user disabled the account or signed out. */
  z.object({ state: z.literal("off") }),
  z.object({ state: z.literal("connecting"), attempt: z.number().int().nonnegative() }),
  z.object({
    state: z.literal("online"),
    since: timeSchema,
    /** e.g. `SCRAM-SHA-256-PLUS`, `HT-SHA-256-NONE` */
    mechanism: z.string().max(64),
    tls: z.string().max(64),
    resource: z.string().max(MOST_OF_JID),
  }),
  /** A temporary failure; the next attempt starts at `retryAt`. */
  z.object({ state: z.literal("waiting"), retryAt: timeSchema, attempt: z.number().int(), problem: problemSchema }),
  /** A failure that only the user can fix; no attempt until they act. */
  z.object({ state: z.literal("stopped"), problem: problemSchema }),
]);
export type ConnectionState = z.infer<typeof connectionStateSchema>;

/** Whose messages the server archives for us (XEP-0313 §7). */
export const archiveDefaultSchema = z.enum(["always", "roster", "never"]);
export type ArchiveDefault = z.infer<typeof archiveDefaultSchema>;

export const accountSchema = z.object({
  id: accountIdSchema,
  jid: bareJidSchema,
  enabled: z.boolean(),
  advanced: advancedSchema,
  pinnedFingerprint: z.string().nullable(),
  presence: ownPresenceSchema,
  connection: connectionStateSchema,
  /** Messages read from the archive so far (XEP-0313). Null: not catching up. */
  catchUp: z.object({ messages: z.number().int().nonnegative() }).nullable(),
});
export type Account = z.infer<typeof accountSchema>;
