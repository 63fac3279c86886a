/**
 * What is in a backup of an account, one record after the other: `about`, `account`, the spans, the OMEMO keys, the
 * contacts, each chat with its messages behind it, `end`. A file of another machine is hostile like everything from
 * outside: each record is checked by these schemas.
 */
import { z } from "zod";
import { advancedSchema } from "./account.ts";
import { subscriptionSchema } from "./contact.ts";
import { deviceIdSchema, deviceSchema, encryptionSchema, protectionSchema, trustSchema } from "./encryption.ts";
import { emojiSchema } from "../emoji.ts";
import { deliverySchema, messageSchema, MOST_REACTIONS } from "./message.ts";
import { ownPresenceSchema } from "./presence.ts";
import { bareJidSchema, chatJidSchema, timeSchema } from "./primitives.ts";
import { roomSchema, writerSchema } from "./room.ts";

const count = z.number().int().nonnegative();
/** What the network named it. */
const name = z.string().max(262_144);
/** Of a public key with its type byte, a private one, a signature. */
const bytes = (length: number) => z.base64().length(Math.ceil(length / 3) * 4);
/** Up to the year 2248, and -1 for the place before everything (see `store/position.ts`). */
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
  /** The keys of the device are in it. */
  omemo: z.boolean(),
  /** As counted when it began; `end` has what really is in it. */
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
  /** The strongest sign-in that was seen: a restored account is not to be talked into a weaker one. */
  strongestMechanism: z.string().max(64).nullable(),
});
export type BackupAccount = z.infer<typeof backupAccountSchema>;

/** A piece of an archive that is held without a gap (see `store/spans.ts`). */
export const backupSpanSchema = z.strictObject({
  kind: z.literal("span"),
  archive: bareJidSchema,
  /** One contact's part of it, or empty. */
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
  /** `lastPreKey`: the highest id ever given; none is given again. */
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

/** What is kept of a room; the rest comes with its bookmark. */
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
  /** What the user chose; null: nothing. */
  encryption: encryptionSchema.nullable(),
  /** Position of the first encrypted message, or of that choice. */
  encryptedFrom: positionSchema.nullable(),
  activityAt: timeSchema,
  readPosition: positionSchema,
  peerReadPosition: positionSchema,
  toldPosition: positionSchema,
  syncedPosition: positionSchema,
  /** It is with a room. Backups that were made before there were any do not say so. */
  isRoom: z.boolean().default(false),
  room: backupRoomSchema.nullable().default(null),
});
export type BackupChat = z.infer<typeof backupChatSchema>;

/** Of the chat before it. */
export const backupMessageSchema = z.strictObject({
  kind: z.literal("message"),
  position: positionSchema,
  outgoing: z.boolean(),
  /** Written on the device that made the backup. */
  local: z.boolean(),
  from: bareJidSchema,
  body: messageSchema.shape.body,
  sentAt: timeSchema,
  delivery: deliverySchema.nullable(),
  failure: z.object({ condition: z.string().max(1024), text: z.string().max(65_536) }).nullable(),
  unread: z.boolean(),
  markable: z.boolean(),
  token: name.nullable(),
  stanzaId: name.nullable(),
  archiveId: name.nullable(),
  protection: protectionSchema,
  writer: writerSchema.nullable().default(null),
  mentionsUs: z.boolean().default(false),
  editedAt: timeSchema.nullable().default(null),
  retracted: messageSchema.shape.retracted.default(null),
  /** Who reacted to it, and with what; `place` is where that belongs among the positions of messages. */
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
  /** SHA-256 of every line before, hex. */
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

/** How far a backup is, in messages; `total` is what was counted before. */
export const backupProgressSchema = z.object({
  phase: z.enum(["writing", "verifying", "reading"]),
  done: count,
  total: count,
});
export type BackupProgress = z.infer<typeof backupProgressSchema>;
