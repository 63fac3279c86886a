/** IPC contract: group chats (XEP-0045), their occupants and members, and invitations. */
import { z } from "zod";
import { newAvatarSchema } from "../model/avatar.ts";
import { chatSchema } from "../model/chat.ts";
import { filledFieldsSchema, formFieldsSchema } from "../model/form.ts";
import { bareJidSchema, nameSchema } from "../model/primitives.ts";
import { roomNoticeSchema } from "../model/room-notice.ts";
import {
  affiliationSchema,
  foundRoomSchema,
  invitationKeySchema,
  invitationSchema,
  nicknameSchema,
  occupantNameSchema,
  notifySchema,
  occupantSchema,
  roleSchema,
  roomMemberSchema,
  roomRequestKeySchema,
  roomRequestSchema,
  roomSchema,
} from "../model/room.ts";
import { exactSchema, linesSchema } from "../model/text.ts";
import { account, noResult, noArguments, reason, room } from "./parts.ts";

export const roomCommands = {
  /** All rooms that are bookmarked or open. */
  "room.list": { args: noArguments, result: z.object({ rooms: z.array(roomSchema) }) },
  /** Joins and bookmarks the room and opens its chat; the outcome arrives as `rooms.changed`. */
  "room.join": {
    args: room.extend({ nickname: nicknameSchema, password: exactSchema(1024).nullable(), autojoin: z.boolean() }),
    result: chatSchema,
  },
  /** Leaves the room and disables autojoin. The chat and its messages stay. */
  "room.leave": { args: room, result: noResult },
  /** Occupants by role and nickname. `after`: the last nickname of the previous page. */
  "room.occupants": {
    args: room.extend({ after: z.string().max(256).nullable(), limit: z.number().int().min(1).max(500) }),
    result: z.object({ occupants: z.array(occupantSchema), next: z.string().nullable() }),
  },
  /** Room notices since the program started, oldest first. New ones arrive as `rooms.noticed` for opened chats. */
  "room.notices": { args: room, result: z.object({ notices: z.array(roomNoticeSchema) }) },
  "room.setNickname": { args: room.extend({ nickname: nicknameSchema }), result: noResult },
  "room.setSubject": { args: room.extend({ subject: linesSchema(4096) }), result: noResult },
  /** For owners; null removes the avatar. */
  "room.setAvatar": { args: room.extend({ avatar: newAvatarSchema.nullable() }), result: noResult },
  "room.setNotify": { args: room.extend({ notify: notifySchema }), result: noResult },
  /** `none` kicks the occupant. */
  "room.setRole": { args: room.extend({ nickname: occupantNameSchema, role: roleSchema, reason }), result: noResult },
  "room.setAffiliation": {
    args: room.extend({ person: bareJidSchema, affiliation: affiliationSchema, reason }),
    result: noResult,
  },
  "room.affiliations": {
    args: room.extend({ affiliation: affiliationSchema.exclude(["none"]) }),
    result: z.object({ people: z.array(z.object({ jid: bareJidSchema, reason: z.string().max(1024) })) }),
  },
  /** Members, present or not, with a summary of their OMEMO devices. Empty if the room hides its member list. */
  "room.members": { args: room, result: z.object({ members: z.array(roomMemberSchema) }) },
  "room.invite": { args: room.extend({ person: bareJidSchema, reason }), result: noResult },
  /** Creates and joins a room. `group`: by invitation only, members see each other's JIDs. `channel`: public. */
  "room.create": {
    args: room.extend({ nickname: nicknameSchema, name: nameSchema, kind: z.enum(["group", "channel"]) }),
    result: chatSchema,
  },
  "room.configuration": { args: room, result: z.object({ fields: formFieldsSchema }) },
  "room.configure": { args: room.extend({ fields: filledFieldsSchema }), result: noResult },
  "room.destroy": { args: room.extend({ reason, alternate: bareJidSchema.nullable() }), result: noResult },
  /** Group chat services of the account's server. */
  "room.services": { args: account, result: z.object({ services: z.array(bareJidSchema) }) },
  "room.find": {
    args: account.extend({ service: bareJidSchema, after: exactSchema(4096).nullable() }),
    result: z.object({ rooms: z.array(foundRoomSchema), next: z.string().nullable() }),
  },
  "invitation.list": { args: noArguments, result: z.object({ invitations: z.array(invitationSchema) }) },
  /** Removes an invitation from the list; joining is `room.join`. @param tell notify the inviter */
  "invitation.dismiss": { args: account.extend({ room: bareJidSchema, tell: z.boolean() }), result: noResult },
  /** The registration form for membership. Refused if the room does not offer registration. */
  "room.registration": { args: room, result: z.object({ registered: z.boolean(), fields: formFieldsSchema }) },
  /** Requests membership, then tries to join in case it was already granted. */
  "room.register": { args: room.extend({ fields: filledFieldsSchema }), result: noResult },
  "room.askForVoice": { args: room, result: noResult },
  /** Pending requests for membership or voice that we may decide as a moderator or owner. */
  "room.requests": { args: noArguments, result: z.object({ requests: z.array(roomRequestSchema) }) },
  "room.answer": { args: room.extend({ request: z.string().max(64), allow: z.boolean() }), result: noResult },
} as const;

export const roomEvents = {
  /** The server cannot keep bookmarks private, so the bookmark exists on this device only. */
  "room.notBookmarked": room,
  "rooms.changed": z.object({ changed: z.array(roomSchema), removed: z.array(room) }),
  /** For rooms whose chat was opened. */
  "occupants.changed": z.object({
    rooms: z.array(room.extend({ changed: z.array(occupantSchema), removed: z.array(z.string()) })),
  }),
  "rooms.noticed": z.object({ notices: z.array(roomNoticeSchema) }),
  "roomRequests.changed": z.object({ changed: z.array(roomRequestSchema), removed: z.array(roomRequestKeySchema) }),
  "invitations.changed": z.object({ changed: z.array(invitationSchema), removed: z.array(invitationKeySchema) }),
} as const;
