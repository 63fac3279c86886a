/** Group chats (XEP-0045), as the window shows them. */
import { z } from "zod";
import { MAX_NICKNAME, NICKNAME } from "../limits.ts";
import { accountIdSchema, bareJidSchema, timeSchema } from "./primitives.ts";
import { showSchema } from "./presence.ts";
import { lineSchema, shownSchema } from "./text.ts";

export const roleSchema = z.enum(["none", "visitor", "participant", "moderator"]);
export type Role = z.infer<typeof roleSchema>;
export const affiliationSchema = z.enum(["outcast", "none", "member", "admin", "owner"]);
export type Affiliation = z.infer<typeof affiliationSchema>;

/** A nickname as it is shown and sent: prepared by RFC 8266, one line. */
export const nicknameSchema = lineSchema(MAX_NICKNAME).trim().min(1).regex(NICKNAME);

/** Why we are not in a room. Each has a sentence `room.problem.<code>` in the catalogue. */
export const roomProblems = [
  "nickname-taken", // 409 conflict
  "password", // 401 not-authorized: it needs one, or another one
  "members-only", // 407 registration-required
  "banned", // 403 forbidden; status 301
  "full", // 503 service-unavailable: as many as may be there are there
  "locked", // 404 item-not-found: it is being made, or there is none
  "gone", // it is elsewhere now, or nowhere; `alternate` may say where
  "nickname-refused", // 406 not-acceptable, 400 jid-malformed
  "may-not-create", // 405 not-allowed
  "no-server", // remote-server-not-found, remote-server-timeout
  "kicked", // status 307
  "not-a-member-any-more", // status 321
  "became-members-only", // status 322
  "shutdown", // status 332
  "destroyed",
  "lost", // the room did not know us any more (XEP-0410); it is joined again
  "timeout",
  "other",
] as const;
export const roomProblemSchema = z.enum(roomProblems);
export type RoomProblem = z.infer<typeof roomProblemSchema>;

export const roomStateSchema = z.discriminatedUnion("state", [
  /** The user left it, or never joined it here. */
  z.object({ state: z.literal("left") }),
  /** On the way in, or waiting for a connection. */
  z.object({ state: z.literal("joining") }),
  z.object({ state: z.literal("joined") }),
  z.object({
    state: z.literal("out"),
    problem: roomProblemSchema,
    /** What the room or its moderator said, as a quotation. */
    text: shownSchema(512),
    /** Who did it, for a kick or a ban. */
    by: shownSchema(256).nullable(),
    alternate: bareJidSchema.nullable(),
  }),
]);
export type RoomState = z.infer<typeof roomStateSchema>;

/** What the room announces of itself (XEP-0045 §6.4). */
export const roomTraitsSchema = z.object({
  membersOnly: z.boolean(),
  /** Everybody sees real JIDs; else only moderators do. */
  nonAnonymous: z.boolean(),
  moderated: z.boolean(),
  persistent: z.boolean(),
  public: z.boolean(),
  password: z.boolean(),
  /** It keeps an archive (XEP-0313). */
  archived: z.boolean(),
  /** Its moderators can remove messages of others (XEP-0425). */
  removesMessages: z.boolean(),
  description: shownSchema(1024),
});
export type RoomTraits = z.infer<typeof roomTraitsSchema>;

export const notifySchema = z.enum(["all", "mentions", "none"]);
export type Notify = z.infer<typeof notifySchema>;

/** Why a room cannot be encrypted. Each has a sentence `room.obstacle-<code>` in the catalogue. */
export const roomObstacles = [
  "open", // everybody may join, so nobody knows for whom it would be
  "anonymous", // it does not show who is who
  "untold", // it does not tell us who its members are
  "crowded", // it has more members than a message can have keys for
  "alone", // nobody else belongs to it yet, and who comes later could not read what is written now
  "no-devices", // none of the others has a device that can
] as const;

/** How it is with encryption (XEP-0384) in a room that we are in. */
export const roomEncryptionSchema = z.object({
  /** Null: it is possible. */
  obstacle: z.enum(roomObstacles).nullable(),
  /** How many others belong to it. */
  members: z.number().int().nonnegative(),
  /**
   * Others who can read nothing that is encrypted here, for want of a device that may get it: the first of them, and
   * how many.
   */
  without: z.array(bareJidSchema),
  withoutCount: z.number().int().nonnegative(),
  /** Who has new devices that wait for a decision, and whose devices show another key: the first of them. */
  undecided: z.array(bareJidSchema),
  changed: z.array(bareJidSchema),
});

/** Somebody who belongs to a room, there or not, and how many devices he has; see `Readers` of the store. */
export const roomMemberSchema = z.object({
  jid: bareJidSchema,
  affiliation: affiliationSchema,
  devices: z.number().int().nonnegative(),
  /** Get what we write. */
  readers: z.number().int().nonnegative(),
  verified: z.number().int().nonnegative(),
  undecided: z.number().int().nonnegative(),
  changed: z.number().int().nonnegative(),
});
export type RoomMember = z.infer<typeof roomMemberSchema>;

export const roomSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  /** The bookmark's or the room's own name; empty: show the JID. */
  name: shownSchema(256),
  /** Ours in it, or the one that we would take. */
  nickname: shownSchema(256),
  /** Joined at each start, on every device of ours (XEP-0402). */
  autojoin: z.boolean(),
  notify: notifySchema,
  state: roomStateSchema,
  subject: shownSchema(4096),
  /** Null while we are not in. */
  self: z.object({ role: roleSchema, affiliation: affiliationSchema }).nullable(),
  /** We have asked to be let in, or to be let speak, and nobody has answered yet. */
  asked: z.enum(["membership", "voice"]).nullable(),
  /** Null while they were not asked for. */
  traits: roomTraitsSchema.nullable(),
  /** Null while it is not known. */
  encryption: roomEncryptionSchema.nullable(),
  /** How many are there now. */
  occupants: z.number().int().nonnegative(),
});
export type Room = z.infer<typeof roomSchema>;

export const occupantSchema = z.object({
  nickname: shownSchema(256),
  /** XEP-0421; null where the room has none. */
  occupantId: z.string().max(256).nullable(),
  /** Real bare JID, where we may see it. */
  jid: bareJidSchema.nullable(),
  role: roleSchema,
  affiliation: affiliationSchema,
  show: showSchema,
  status: shownSchema(1024),
  /** XEP-0317. */
  hats: z.array(shownSchema(64)).max(8),
  /** It is us. */
  self: z.boolean(),
});
export type Occupant = z.infer<typeof occupantSchema>;

/** Who wrote a message in a room, or with whom private messages were exchanged. */
export const writerSchema = z.object({
  nickname: shownSchema(256),
  occupantId: z.string().max(256).nullable(),
  /** Real bare JID where it was known when the message came. */
  jid: bareJidSchema.nullable(),
});
export type Writer = z.infer<typeof writerSchema>;

/** Somebody asks us into a room (XEP-0045 §7.8, XEP-0249). */
export const invitationSchema = z.object({
  account: accountIdSchema,
  room: bareJidSchema,
  /** Who says that he invites: for a direct invitation the sender, else what the room says. */
  from: shownSchema(3071),
  /** A contact of ours invites; others are held back. */
  known: z.boolean(),
  reason: shownSchema(1024),
  receivedAt: timeSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;
/** There is one for each room. */
export const invitationKeySchema = invitationSchema.pick({ account: true, room: true });
export type InvitationKey = z.infer<typeof invitationKeySchema>;

/** Somebody asks those who may decide in a room, as the room says (XEP-0045 §8.6, §9.9). */
export const roomRequestSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  id: z.string().max(64),
  kind: z.enum(["voice", "membership"]),
  /** Empty: not told. */
  nickname: shownSchema(256),
  /** Of whoever asks, where the room tells. */
  person: bareJidSchema.nullable(),
  details: z.array(z.object({ label: shownSchema(100), value: shownSchema(300) })).max(10),
});
export type RoomRequest = z.infer<typeof roomRequestSchema>;
export const roomRequestKeySchema = roomRequestSchema.pick({ account: true, id: true });
export type RoomRequestKey = z.infer<typeof roomRequestKeySchema>;

/** A room that was found (XEP-0030 §3). */
export const foundRoomSchema = z.object({
  jid: bareJidSchema,
  name: shownSchema(256),
  description: shownSchema(1024),
  /** Null: not told. */
  occupants: z.number().int().nonnegative().nullable(),
  language: shownSchema(35),
});
export type FoundRoom = z.infer<typeof foundRoomSchema>;

/** Why a service does not search (XEP-0433 §4.2.2). Each has a sentence `room.search-<code>` in the catalogue. */
export const searchRefusalSchema = z.object({
  why: z.enum(["terms", "rate", "all", "other"]),
  /** What the service says, as a quotation. */
  text: shownSchema(512),
  /** It may be asked again then. */
  seconds: z.number().int().nonnegative().nullable(),
});
export type SearchRefusal = z.infer<typeof searchRefusalSchema>;

export const searchAnswerSchema = z.object({
  rooms: z.array(foundRoomSchema).max(500),
  next: z.string().max(4096).nullable(),
  refusal: searchRefusalSchema.nullable(),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
