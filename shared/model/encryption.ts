/** End-to-end encryption (OMEMO, XEP-0384), as the window shows it. */
import { z } from "zod";
import { unreadableReasons } from "../unreadable-reasons.ts";
import { bareJidSchema, timeSchema } from "./primitives.ts";

/** `omemo`: never in plaintext, whatever fails. */
export const encryptionSchema = z.enum(["none", "omemo"]);
export type Encryption = z.infer<typeof encryptionSchema>;

/**
 * What we think of a device's key. `trusted`: blindly, since nothing of this person was verified yet. `verified`: the
 * user has compared it. `undecided`: new, of a person with a verified device; gets nothing until the user decides.
 * `distrusted`: the user refused it.
 */
export const trustSchema = z.enum(["undecided", "trusted", "verified", "distrusted"]);
export type Trust = z.infer<typeof trustSchema>;

/** Why a message could not be decrypted. Each has a sentence `decryption.<problem>` in the catalogue. */
export const decryptionProblems = [
  "not-for-this-device", // no key for our device id: written before the sender knew of us, or to others only
  "own-device", // sent by this very device, before its messages were lost here
  "no-session", // a ratchet message of a session that we do not have
  "session-broken", // the key cannot be decrypted
  "tampered", // the key fits, the payload does not
  "malformed", // wrong lengths, bad base64, missing parts
  "key-changed", // the device uses another identity key than the one we know
  "unknown-sender", // in a room: nobody says whose device wrote it
] as const;
export const decryptionProblemSchema = z.enum(decryptionProblems);
export type DecryptionProblem = z.infer<typeof decryptionProblemSchema>;

export const unreadableReasonSchema = z.enum(unreadableReasons);
export type UnreadableReason = z.infer<typeof unreadableReasonSchema>;

/** How a message was protected on its way. */
export const protectionSchema = z.discriminatedUnion("kind", [
  /** `unexpected`: it came in plaintext into a chat that is encrypted. */
  z.object({ kind: z.literal("none"), unexpected: z.boolean() }),
  z.object({
    kind: z.literal("omemo"),
    /** The device that wrote it; null for ours that is not sent yet. */
    device: z.number().int().nullable(),
    /** What we thought of the device when it came; null for ours. */
    trust: trustSchema.nullable(),
    /** It could not be read, and why; the body is empty then. */
    problem: decryptionProblemSchema.nullable(),
  }),
  /** Nothing of it is known but who sent it: a limit was broken, or it is no XML. The body is empty. */
  z.object({ kind: z.literal("unreadable"), reason: unreadableReasonSchema }),
]);
export type Protection = z.infer<typeof protectionSchema>;
/** Why there is no text. */
export type ReadingProblem = DecryptionProblem | UnreadableReason;

export const deviceIdSchema = z.number().int().min(1).max(0x7fffffff);
/** The identity key without its type byte, hex. */
export const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** A device of a contact's, or of ours. */
export const deviceSchema = z.object({
  id: deviceIdSchema,
  /** Null while its bundle was not read yet. */
  fingerprint: fingerprintSchema.nullable(),
  trust: trustSchema,
  /** On the published list; else it is gone, and only old messages know of it. */
  active: z.boolean(),
  /** This installation. */
  own: z.boolean(),
  label: z.string().max(256).nullable(),
  firstSeenAt: timeSchema,
  /** Its last message that we could read. */
  lastUsedAt: timeSchema.nullable(),
  /** Another key came under this device's id, and the user has not said what to think of it. */
  changedFingerprint: fingerprintSchema.nullable(),
  /** Nothing can be encrypted for it: `missing` it publishes no keys, `bad` they are not valid. */
  bundle: z.enum(["ok", "unknown", "missing", "bad"]),
});
export type Device = z.infer<typeof deviceSchema>;

/** What came of a scanned or opened `xmpp:…?omemo-sid-…` address. */
export const verificationSchema = z.object({
  jid: bareJidSchema,
  /** Devices that are verified now. */
  verified: z.array(deviceIdSchema),
  /** Their keys here are others than those in the address: an alarm. */
  different: z.array(deviceIdSchema),
  /** In the address, but not known here. */
  unknown: z.array(deviceIdSchema),
});
export type Verification = z.infer<typeof verificationSchema>;
