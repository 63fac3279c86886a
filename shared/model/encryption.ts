/** End-to-end encryption (OMEMO, XEP-0384), as the window shows it. */
import { z } from "zod";
import { unreadableReasons } from "../unreadable-reasons.ts";
import { bareJidSchema, timeSchema } from "./primitives.ts";
import { shownSchema } from "./text.ts";

/** `omemo`: never sends plaintext, whatever fails. */
export const encryptionSchema = z.enum(["none", "omemo"]);
export type Encryption = z.infer<typeof encryptionSchema>;

/**
 * Trust in a device's key. `trusted`: blindly, as long as no device of this person is verified. `verified`: the user
 * compared the fingerprint. `undecided`: new device of a person with a verified device; receives nothing until the user
 * decides. `distrusted`: the user rejected it.
 */
export const trustSchema = z.enum(["undecided", "trusted", "verified", "distrusted"]);
export type Trust = z.infer<typeof trustSchema>;

/** Why a message could not be decrypted. Each has a sentence `decryption.<problem>` in the catalogue. */
export const decryptionProblems = [
  "not-for-this-device", // no key for our device id: the sender did not know this device, or did not encrypt for it
  "own-device", // sent by this device itself, before its messages were lost here
  "no-session", // a ratchet message of a session that we do not have
  "session-broken", // the key cannot be decrypted
  "tampered", // the key is valid, the payload is not
  "malformed", // wrong lengths, bad base64, missing parts
  "key-changed", // the device uses another identity key than the known one
  "unknown-sender", // in a room: the author's real JID is unknown
] as const;
export const decryptionProblemSchema = z.enum(decryptionProblems);
export type DecryptionProblem = z.infer<typeof decryptionProblemSchema>;

export const unreadableReasonSchema = z.enum(unreadableReasons);
export type UnreadableReason = z.infer<typeof unreadableReasonSchema>;

/** How a message was protected in transit. */
export const protectionSchema = z.discriminatedUnion("kind", [
  /** `unexpected`: plaintext received in an encrypted chat. */
  z.object({ kind: z.literal("none"), unexpected: z.boolean() }),
  z.object({
    kind: z.literal("omemo"),
    /** The sending device; null for our own message that is not sent yet. */
    device: z.number().int().nullable(),
    /** Our trust in the device when the message arrived; null for our own. */
    trust: trustSchema.nullable(),
    /** Why decryption failed, else null; the body is empty on failure. */
    problem: decryptionProblemSchema.nullable(),
  }),
  /**
   * Only the sender is known: the stanza exceeded a limit, is not valid XML, or is encrypted in a way that we do not
   * support. `method`: the name of that encryption, if it is known. The body is empty.
   */
  z.object({
    kind: z.literal("unreadable"),
    reason: unreadableReasonSchema,
    method: shownSchema(64).optional(),
  }),
]);
export type Protection = z.infer<typeof protectionSchema>;
/** Why a message has no text. */
export type ReadingProblem = DecryptionProblem | UnreadableReason;

export const deviceIdSchema = z.number().int().min(1).max(0x7fffffff);
/** The identity key without its type byte, hex. */
export const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** A device of a contact, or ours. */
export const deviceSchema = z.object({
  id: deviceIdSchema,
  /** Null until its bundle was fetched. */
  fingerprint: fingerprintSchema.nullable(),
  trust: trustSchema,
  /** On the published device list; otherwise only old messages refer to it. */
  active: z.boolean(),
  /** This installation. */
  own: z.boolean(),
  label: z.string().max(256).nullable(),
  firstSeenAt: timeSchema,
  /** Time of the last message from it that we could decrypt. */
  lastUsedAt: timeSchema.nullable(),
  /** Another identity key arrived for this device id, and the user has not decided about it. */
  changedFingerprint: fingerprintSchema.nullable(),
  /** `missing`: it publishes no bundle; `bad`: its bundle is invalid. We cannot encrypt for it in either case. */
  bundle: z.enum(["ok", "unknown", "missing", "bad"]),
});
export type Device = z.infer<typeof deviceSchema>;

/** Result of scanning or opening an `xmpp:…?omemo-sid-…` URI. */
export const verificationSchema = z.object({
  jid: bareJidSchema,
  /** Devices that are verified now. */
  verified: z.array(deviceIdSchema),
  /** Devices whose known key differs from the one in the URI: an alarm. */
  different: z.array(deviceIdSchema),
  /** Devices in the URI that are not known here. */
  unknown: z.array(deviceIdSchema),
});
export type Verification = z.infer<typeof verificationSchema>;
