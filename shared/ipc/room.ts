/** The part of the contract: group chats (XEP-0045), their people, and invitations. */
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
  notifySchema,
  occupantSchema,
  roleSchema,
  roomMemberSchema,
  roomRequestKeySchema,
  roomRequestSchema,
  roomSchema,
} from "../model/room.ts";
import { exactSchema, linesSchema } from "../model/text.ts";
import { account, done, nothing, reason, room } from "./parts.ts";

export const roomCommands = {
  /** All rooms that are bookmarked or open. */
  "room.list": { args: nothing, result: z.object({ rooms: z.array(roomSchema) }) },
  /** Enters, bookmarks it, and shows its chat; how it goes is told by `rooms.changed`. */
  "room.join": {
    args: room.extend({ nickname: nicknameSchema, password: exactSchema(1024).nullable(), autojoin: z.boolean() }),
    result: chatSchema,
  },
  /** Leaves; it is not joined at the next start. Its chat and messages stay. */
  "room.leave": { args: room, result: done },
  /** Who is there, by role and nickname. `after` is the nickname at the end of the page before. */
  "room.occupants": {
    args: room.extend({ after: z.string().max(256).nullable(), limit: z.number().int().min(1).max(500) }),
    result: z.object({ occupants: z.array(occupantSchema), next: z.string().nullable() }),
  },
  /**
   * What happened there since the program began, oldest first; it is told to a window that has opened the chat by
   * `rooms.noticed`.
   */
  "room.notices": { args: room, result: z.object({ notices: z.array(roomNoticeSchema) }) },
  "room.setNickname": { args: room.extend({ nickname: nicknameSchema }), result: done },
  "room.setSubject": { args: room.extend({ subject: linesSchema(4096) }), result: done },
  /** Its owners may; null takes it away. */
  "room.setAvatar": { args: room.extend({ avatar: newAvatarSchema.nullable() }), result: done },
  "room.setNotify": { args: room.extend({ notify: notifySchema }), result: done },
  /** `none` puts somebody out of the room. */
  "room.setRole": { args: room.extend({ nickname: nicknameSchema, role: roleSchema, reason }), result: done },
  "room.setAffiliation": {
    args: room.extend({ person: bareJidSchema, affiliation: affiliationSchema, reason }),
    result: done,
  },
  "room.affiliations": {
    args: room.extend({ affiliation: affiliationSchema.exclude(["none"]) }),
    result: z.object({ people: z.array(z.object({ jid: bareJidSchema, reason: z.string().max(1024) })) }),
  },
  /** Who belongs to it, there or not, and how it is with their devices. Empty where the room does not tell. */
  "room.members": { args: room, result: z.object({ members: z.array(roomMemberSchema) }) },
  "room.invite": { args: room.extend({ person: bareJidSchema, reason }), result: done },
  /**
   * Makes one and enters it. `group`: for those who are invited, who see one another's addresses. `channel`: for
   * everybody.
   */
  "room.create": {
    args: room.extend({ nickname: nicknameSchema, name: nameSchema, kind: z.enum(["group", "channel"]) }),
    result: chatSchema,
  },
  "room.configuration": { args: room, result: z.object({ fields: formFieldsSchema }) },
  "room.configure": { args: room.extend({ fields: filledFieldsSchema }), result: done },
  "room.destroy": { args: room.extend({ reason, alternate: bareJidSchema.nullable() }), result: done },
  /** Where rooms can be made and found at the account's server. */
  "room.services": { args: account, result: z.object({ services: z.array(bareJidSchema) }) },
  "room.find": {
    args: account.extend({ service: bareJidSchema, after: exactSchema(4096).nullable() }),
    result: z.object({ rooms: z.array(foundRoomSchema), next: z.string().nullable() }),
  },
  "invitation.list": { args: nothing, result: z.object({ invitations: z.array(invitationSchema) }) },
  /** Takes an invitation off the list; joining is `room.join`. @param tell the inviter hears of it */
  "invitation.dismiss": { args: account.extend({ room: bareJidSchema, tell: z.boolean() }), result: done },
  /** What a room asks of who wants to become a member. Refused where it takes nobody so. */
  "room.registration": { args: room, result: z.object({ registered: z.boolean(), fields: formFieldsSchema }) },
  /** Asks to be let in, and tries again whether that is done already. */
  "room.register": { args: room.extend({ fields: filledFieldsSchema }), result: done },
  "room.askForVoice": { args: room, result: done },
  /** Who asks us, as one who may decide: to become a member, or to speak. */
  "room.requests": { args: nothing, result: z.object({ requests: z.array(roomRequestSchema) }) },
  "room.answer": { args: room.extend({ request: z.string().max(64), allow: z.boolean() }), result: done },
} as const;

export const roomEvents = {
  /** The server cannot keep bookmarks private, so there is one on this device only. */
  "room.notBookmarked": room,
  "rooms.changed": z.object({ changed: z.array(roomSchema), removed: z.array(room) }),
  /** Of rooms whose chat was opened. */
  "occupants.changed": z.object({
    rooms: z.array(room.extend({ changed: z.array(occupantSchema), removed: z.array(z.string()) })),
  }),
  "rooms.noticed": z.object({ notices: z.array(roomNoticeSchema) }),
  "roomRequests.changed": z.object({ changed: z.array(roomRequestSchema), removed: z.array(roomRequestKeySchema) }),
  "invitations.changed": z.object({ changed: z.array(invitationSchema), removed: z.array(invitationKeySchema) }),
} as const;
