/**
 * The records of an account backup, in this order: `about`, `account`, the spans, the OMEMO keys, the contacts, each
 * chat followed by its messages, `end`. A backup file is untrusted input: each record is checked by these schemas.
 */
import { z } from "zod";
import { advancedSchema } from "./account.ts";
import { subscriptionSchema } from "./contact.ts";
import { deviceIdSchema, deviceSchema, encryptionSchema, protectionSchema, trustSchema } from "./encryption.ts";
import { emojiSchema } from "../emoji.ts";
import { fileUrl } from "../files/file-link.ts";
import { MOST_FILES, MOST_SOURCES } from "../limits.ts";
import { deliverySchema, messageSchema, MOST_REACTIONS, textPartsSchema } from "./message.ts";
import { ownPresenceSchema } from "./presence.ts";
import { bareJidSchema, chatJidSchema, timeSchema } from "./primitives.ts";
import { roomSchema, writerSchema } from "./room.ts";

const count = z.number().int().nonnegative();
/** An identifier from the network. */
const name = z.string().max(262_144);
/** Base64 of a fixed number of bytes: a public key with its type byte, a private key, a signature. */
const bytes = (length: number) => z.base64().length(Math.ceil(length / 3) * 4);
/** Up to the year 2248; -1 is the position before everything (see `store/position.ts`). */
const positionSchema = z.number().int().min(-1).max(8.95e15);
const keyId = z.number().int().min(0).max(0x7fffffff);

export const backupCountsSchema = z.strictObject({ contacts: count, chats: count, messages: count });
export type BackupCounts = z.infer<typeof backupCountsSchema>;

export const backupAboutSchema = z.strictObject({
  kind: z.literal("about"),
  /** Version of Jackdaw that wrote it. */
  writer: z.string().max(64),
  createdAt: timeSchema,
  jid: bareJidSchema,
  /** The backup contains the keys of the device. */
  omemo: z.boolean(),
  /** Counted when the backup started; `end` has the actual counts. */
  expected: backupCountsSchema,
});
export type BackupAbout = z.infer<typeof backupAboutSchema>;

export const backupAccountSchema = z.strictObject({
  kind: z.literal("account"),
  password: z.string().max(1024),
  enabled: z.boolean(),
  advanced: advancedSchema,
  pinnedFingerprint: z.string().max(64).nullable(),
  presence: ownPresenceSchema,
  /** The strongest SASL mechanism seen, so that a restored account cannot be downgraded. */
  strongestMechanism: z.string().max(64).nullable(),
});
export type BackupAccount = z.infer<typeof backupAccountSchema>;

/** A gapless range of an archive that is stored locally (see `store/spans.ts`). */
export const backupSpanSchema = z.strictObject({
  kind: z.literal("span"),
  archive: bareJidSchema,
  /** The contact whose part of the archive this is, or empty for the whole archive. */
  peer: bareJidSchema.or(z.literal("")),
  oldestId: name.nullable(),
  oldestAt: timeSchema.nullable(),
  newestId: name.nullable(),
  oldestPosition: positionSchema,
  newestPosition: positionSchema,
  openedPosition: positionSchema,
  delayed: z.boolean(),
  fromStart: z.boolean(),
});
export type BackupSpan = z.infer<typeof backupSpanSchema>;

const keyPair = { publicKey: bytes(33), privateKey: bytes(32) };
export const backupOmemoSchema = z.discriminatedUnion("kind", [
  /** `lastPreKey`: the highest id issued so far; ids are never reused. */
  z.strictObject({ kind: z.literal("omemo.own"), id: deviceIdSchema, ...keyPair, lastPreKey: keyId }),
  z.strictObject({ kind: z.literal("omemo.preKey"), id: keyId, ...keyPair, used: z.boolean() }),
  z.strictObject({
    kind: z.literal("omemo.signedPreKey"),
    id: keyId,
    ...keyPair,
    signature: bytes(64),
    createdAt: timeSchema,
  }),
  z.strictObject({
    kind: z.literal("omemo.session"),
    jid: bareJidSchema,
    device: deviceIdSchema,
    record: z.base64().max(1_000_000),
  }),
  z.strictObject({
    kind: z.literal("omemo.device"),
    jid: bareJidSchema,
    ...deviceSchema.pick({ id: true, active: true, label: true, firstSeenAt: true, lastUsedAt: true, bundle: true })
      .shape,
    identityKey: bytes(33).nullable(),
    changedKey: bytes(33).nullable(),
    trust: trustSchema,
    mendedAt: timeSchema.nullable(),
  }),
]);
export type BackupOmemo = z.infer<typeof backupOmemoSchema>;

export const backupContactSchema = z.strictObject({
  kind: z.literal("contact"),
  jid: bareJidSchema,
  name: z.string().max(1024),
  groups: z.array(z.string().max(1024)).max(1000),
  subscription: subscriptionSchema,
  asked: z.boolean(),
});
export type BackupContact = z.infer<typeof backupContactSchema>;

/** The stored part of a room; the rest comes from its bookmark. */
const backupRoomSchema = z.strictObject({
  ...roomSchema.pick({ name: true, nickname: true, autojoin: true, notify: true, subject: true }).shape,
  password: z.string().max(1024).nullable(),
  bookmarked: z.boolean(),
  archived: z.boolean(),
});

export const backupChatSchema = z.strictObject({
  kind: z.literal("chat"),
  jid: chatJidSchema,
  pinned: z.boolean(),
  muted: z.boolean(),
  closed: z.boolean(),
  /** The user's choice; null: none. */
  encryption: encryptionSchema.nullable(),
  /** Position of the first encrypted message, or of the moment the user turned encryption on. */
  encryptedFrom: positionSchema.nullable(),
  activityAt: timeSchema,
  readPosition: positionSchema,
  peerReadPosition: positionSchema,
  toldPosition: positionSchema,
  syncedPosition: positionSchema,
  /** The chat is a room. Absent in backups of versions without rooms. */
  isRoom: z.boolean().default(false),
  room: backupRoomSchema.nullable().default(null),
});
export type BackupChat = z.infer<typeof backupChatSchema>;

const hex = z.string().regex(/^(?:[0-9a-f]{2}){12,32}$/);
const backupSourcesSchema = z
  .array(
    z.strictObject({
      url: z.string().refine((url) => fileUrl(url) !== null),
      key: z
        .strictObject({
          cipher: z.enum(["aes-256-gcm-tagged", "aes-128-gcm", "aes-256-gcm", "aes-256-cbc"]),
          key: hex,
          iv: hex,
        })
        .nullable(),
    }),
  )
  .max(MOST_SOURCES)
  .readonly();
/** A file of a message, with its addresses and keys. */
const backupFileSchema = z.strictObject({
  name: z.string().max(1_024).nullable(),
  size: count.nullable(),
  mediaType: z.string().max(129).nullable(),
  width: count.nullable(),
  height: count.nullable(),
  duration: count.nullable(),
  disposition: z.enum(["inline", "attachment"]),
  thumbnail: z.string().max(700).nullable(),
  hashes: z
    .array(
      z.strictObject({
        algorithm: z.enum(["sha-256", "sha-384", "sha-512", "sha3-256", "sha3-512", "blake2b-256", "blake2b-512"]),
        value: z.base64().max(128),
      }),
    )
    .max(16)
    .readonly(),
  sources: backupSourcesSchema,
  /** Absent in backups of versions without attached sources, and if there are none. */
  id: z.string().min(1).max(256).optional(),
  attached: backupSourcesSchema.optional(),
});

/** A message of the preceding chat record. */
export const backupMessageSchema = z.strictObject({
  kind: z.literal("message"),
  position: positionSchema,
  outgoing: z.boolean(),
  /** Written on the device that made the backup. */
  local: z.boolean(),
  from: bareJidSchema,
  body: messageSchema.shape.body,
  files: z.array(backupFileSchema).max(MOST_FILES).default([]),
  sentAt: timeSchema,
  delivery: deliverySchema.nullable(),
  failure: z.object({ condition: z.string().max(1024), text: z.string().max(65_536) }).nullable(),
  unread: z.boolean(),
  markable: z.boolean(),
  token: name.nullable(),
  stanzaId: name.nullable(),
  archiveId: name.nullable(),
  protection: protectionSchema,
  /** The message that an unreadable one corrects. */
  replaces: name.nullable().default(null),
  writer: writerSchema.nullable().default(null),
  ...textPartsSchema.shape,
  editedAt: timeSchema.nullable().default(null),
  retracted: messageSchema.shape.retracted.default(null),
  /** Absent in backups of versions without stars. */
  starred: z.boolean().default(false),
  /** All reactions to the message; `place` is their position in the order of the chat. */
  reactions: z
    .array(
      z.strictObject({
        outgoing: z.boolean(),
        from: bareJidSchema,
        writer: writerSchema.nullable(),
        emoji: z.array(emojiSchema).max(MOST_REACTIONS),
        place: positionSchema,
        sentAt: timeSchema,
      }),
    )
    .max(2_000)
    .default([]),
});
export type BackupMessage = z.infer<typeof backupMessageSchema>;

const backupEndSchema = z.strictObject({
  kind: z.literal("end"),
  counts: backupCountsSchema,
  /** SHA-256 of all preceding lines, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

export const backupRecordSchema = z.discriminatedUnion("kind", [
  backupAboutSchema,
  backupAccountSchema,
  backupSpanSchema,
  ...backupOmemoSchema.options,
  backupContactSchema,
  backupChatSchema,
  backupMessageSchema,
  backupEndSchema,
]);
export type BackupRecord = z.infer<typeof backupRecordSchema>;

/** Progress in messages; `total` was counted at the start. */
export const backupProgressSchema = z.object({
  phase: z.enum(["writing", "verifying", "reading"]),
  done: count,
  total: count,
});
export type BackupProgress = z.infer<typeof backupProgressSchema>;
