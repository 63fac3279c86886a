/** Group chats (XEP-0045), as the window shows them. */
import { z } from "zod";
import { MAX_NICKNAME, NICKNAME } from "../limits.ts";
import { accountIdSchema, bareJidSchema, timeSchema } from "./primitives.ts";
import { showSchema } from "./presence.ts";
import { exactSchema, lineSchema, shownSchema } from "./text.ts";

export const roleSchema = z.enum(["none", "visitor", "participant", "moderator"]);
export type Role = z.infer<typeof roleSchema>;
export const affiliationSchema = z.enum(["outcast", "none", "member", "admin", "owner"]);
export type Affiliation = z.infer<typeof affiliationSchema>;

/** A nickname as shown and sent: prepared by RFC 8266, one line. */
export const nicknameSchema = lineSchema(MAX_NICKNAME).trim().min(1).regex(NICKNAME);

/** The nickname of an occupant, exactly as the room gave it. */
export const occupantNameSchema = exactSchema(MAX_NICKNAME).min(1);

/** Why we are not in a room. Each has a sentence `room.problem.<code>` in the catalogue. */
export const roomProblems = [
  "nickname-taken", // 409 conflict
  "password", // 401 not-authorized: missing or wrong password
  "members-only", // 407 registration-required
  "banned", // 403 forbidden; status 301
  "flooding", // it sent so much that the server ended our session, more than once
  "full", // 503 service-unavailable of the type `wait`: the maximum of occupants is reached
  "unavailable", // 503 service-unavailable otherwise: no room is at this address, or its service is down
  "locked", // 404 item-not-found: not configured yet, or it does not exist
  "gone", // moved or destroyed; `alternate` may name the new room
  "nickname-refused", // 406 not-acceptable, 400 jid-malformed
  "may-not-create", // 405 not-allowed
  "no-server", // remote-server-not-found, remote-server-timeout
  "kicked", // status 307
  "not-a-member-any-more", // status 321
  "became-members-only", // status 322
  "shutdown", // status 332
  "destroyed",
  "lost", // the room no longer knows us (XEP-0410), or put us out without a reason; we rejoin
  "timeout",
  "other",
] as const;
export const roomProblemSchema = z.enum(roomProblems);
export type RoomProblem = z.infer<typeof roomProblemSchema>;

export const roomStateSchema = z.discriminatedUnion("state", [
  /** The user left, or never joined on this device. */
  z.object({ state: z.literal("left") }),
  /** Joining, or waiting for a connection. */
  z.object({ state: z.literal("joining") }),
  z.object({ state: z.literal("joined") }),
  z.object({
    state: z.literal("out"),
    problem: roomProblemSchema,
    /** The text of the room or its moderator, shown as a quotation. */
    text: shownSchema(512),
    /** The actor of a kick or ban. */
    by: shownSchema(256).nullable(),
    alternate: bareJidSchema.nullable(),
  }),
]);
export type RoomState = z.infer<typeof roomStateSchema>;

/** Features that the room announces (XEP-0045 §6.4). */
export const roomTraitsSchema = z.object({
  membersOnly: z.boolean(),
  /** Everybody sees real JIDs; otherwise only moderators do. */
  nonAnonymous: z.boolean(),
  moderated: z.boolean(),
  persistent: z.boolean(),
  public: z.boolean(),
  password: z.boolean(),
  /** The room has an archive (XEP-0313). */
  archived: z.boolean(),
  /** Its moderators can remove messages (XEP-0425). */
  removesMessages: z.boolean(),
  description: shownSchema(1024),
});
export type RoomTraits = z.infer<typeof roomTraitsSchema>;

export const notifySchema = z.enum(["all", "mentions", "none"]);
export type Notify = z.infer<typeof notifySchema>;

/** Why a room cannot be encrypted. Each has a sentence `room.obstacle-<code>` in the catalogue. */
export const roomObstacles = [
  "open", // anybody may join, so the set of recipients is unknown
  "anonymous", // it hides real JIDs
  "untold", // it hides its member list
  "crowded", // more members than a message can have keys for
  "alone", // no other members yet, and later ones could not read earlier messages
  "no-devices", // no other member has an OMEMO device
] as const;

/** State of encryption (XEP-0384) in a joined room. */
export const roomEncryptionSchema = z.object({
  /** Null: encryption is possible. */
  obstacle: z.enum(roomObstacles).nullable(),
  /** The number of other members. */
  members: z.number().int().nonnegative(),
  /**
   * Members who cannot read encrypted messages because they have no device that may receive them: the first few, and
   * the total.
   */
  without: z.array(bareJidSchema),
  withoutCount: z.number().int().nonnegative(),
  /** Members with undecided new devices, and members with a changed key: the first few. */
  undecided: z.array(bareJidSchema),
  changed: z.array(bareJidSchema),
});

/** A member of a room, present or not, with the number of their devices; see `Readers` in the store. */
export const roomMemberSchema = z.object({
  jid: bareJidSchema,
  affiliation: affiliationSchema,
  devices: z.number().int().nonnegative(),
  /** Devices that receive our messages. */
  readers: z.number().int().nonnegative(),
  verified: z.number().int().nonnegative(),
  undecided: z.number().int().nonnegative(),
  changed: z.number().int().nonnegative(),
});
export type RoomMember = z.infer<typeof roomMemberSchema>;

export const roomSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  /** The name of the bookmark or of the room; empty: show the JID. */
  name: shownSchema(256),
  /** Our nickname in the room, or the one we would use. */
  nickname: shownSchema(256),
  /** Joined at each start, on all our devices (XEP-0402). */
  autojoin: z.boolean(),
  notify: notifySchema,
  state: roomStateSchema,
  subject: shownSchema(4096),
  /** Null while we are not in the room. */
  self: z.object({ role: roleSchema, affiliation: affiliationSchema }).nullable(),
  /** Our unanswered request for membership or voice. */
  asked: z.enum(["membership", "voice"]).nullable(),
  /** Null until they were queried. */
  traits: roomTraitsSchema.nullable(),
  /** Null while unknown. */
  encryption: roomEncryptionSchema.nullable(),
  /** The number of current occupants. */
  occupants: z.number().int().nonnegative(),
});
export type Room = z.infer<typeof roomSchema>;

export const occupantSchema = z.object({
  nickname: shownSchema(256),
  /** XEP-0421; null if the room does not support it. */
  occupantId: z.string().max(256).nullable(),
  /** Real bare JID, if we may see it. */
  jid: bareJidSchema.nullable(),
  role: roleSchema,
  affiliation: affiliationSchema,
  show: showSchema,
  status: shownSchema(1024),
  /** XEP-0317. */
  hats: z.array(shownSchema(64)).max(8),
  /** This occupant is us. */
  self: z.boolean(),
});
export type Occupant = z.infer<typeof occupantSchema>;

/** The author of a room message, or the other occupant in private messages. */
export const writerSchema = z.object({
  nickname: shownSchema(256),
  occupantId: z.string().max(256).nullable(),
  /** Real bare JID, if known when the message arrived. */
  jid: bareJidSchema.nullable(),
});
export type Writer = z.infer<typeof writerSchema>;

/** An invitation to a room (XEP-0045 §7.8, XEP-0249). */
export const invitationSchema = z.object({
  account: accountIdSchema,
  room: bareJidSchema,
  /** The claimed inviter: the sender of a direct invitation, else as named by the room, maybe as an occupant. */
  from: shownSchema(3071),
  /** The inviter's nickname, if the room names an occupant. */
  nickname: shownSchema(MAX_NICKNAME).nullable(),
  /** The inviter is a contact, which is verified. */
  known: z.boolean(),
  /** The contact who invites according to the room, which nobody can verify. Invitations with neither are held back. */
  contact: bareJidSchema.nullable(),
  reason: shownSchema(1024),
  receivedAt: timeSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;
/** At most one invitation is kept for each room. */
export const invitationKeySchema = invitationSchema.pick({ account: true, room: true });
export type InvitationKey = z.infer<typeof invitationKeySchema>;

/** A request that we may decide, forwarded by the room (XEP-0045 §8.6, §9.9). */
export const roomRequestSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  id: z.string().max(64),
  kind: z.enum(["voice", "membership"]),
  /** Empty: unknown. */
  nickname: shownSchema(256),
  /** Real JID of the requester, if the room reveals it. */
  person: bareJidSchema.nullable(),
  details: z.array(z.object({ label: shownSchema(100), value: shownSchema(300) })).max(10),
});
export type RoomRequest = z.infer<typeof roomRequestSchema>;
export const roomRequestKeySchema = roomRequestSchema.pick({ account: true, id: true });
export type RoomRequestKey = z.infer<typeof roomRequestKeySchema>;

/** A room found by discovery (XEP-0030 §3) or search. */
export const foundRoomSchema = z.object({
  jid: bareJidSchema,
  name: shownSchema(256),
  description: shownSchema(1024),
  /** Null: unknown. */
  occupants: z.number().int().nonnegative().nullable(),
  language: shownSchema(35),
});
export type FoundRoom = z.infer<typeof foundRoomSchema>;

/** Why a service refused a search (XEP-0433 §4.2.2). Each has a sentence `room.search-<code>` in the catalogue. */
export const searchRefusalSchema = z.object({
  why: z.enum(["terms", "rate", "all", "other"]),
  /** The service's text, shown as a quotation. */
  text: shownSchema(512),
  /** Seconds until the search may be retried. */
  seconds: z.number().int().nonnegative().nullable(),
});
export type SearchRefusal = z.infer<typeof searchRefusalSchema>;

export const searchAnswerSchema = z.object({
  rooms: z.array(foundRoomSchema).max(500),
  next: z.string().max(4096).nullable(),
  refusal: searchRefusalSchema.nullable(),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
