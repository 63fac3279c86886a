/**
 * The contract between the core (main process) and the window. Every command and every event is one entry
 * here; the schema is the runtime check and the type is inferred from it.
 *
 * The window imports only types from this file; the core checks `args` of every call before a handler sees
 * them, and each result and event before it goes to the window.
 */
import { z } from "zod";
import { backupCommands } from "./backup.ts";
import { registrationCommands } from "./registration.ts";
import { serviceCommands } from "./services.ts";
import { accountSchema, advancedSchema, archiveDefaultSchema } from "../model/account.ts";
import { amendmentCommands } from "./amendments.ts";
import { avatarKeySchema, avatarSchema, newAvatarSchema } from "../model/avatar.ts";
import { backupProgressSchema } from "../model/backup.ts";
import { chatSchema } from "../model/chat.ts";
import {
  deviceIdSchema,
  deviceSchema,
  encryptionSchema,
  fingerprintSchema,
  trustSchema,
  verificationSchema,
} from "../model/encryption.ts";
import { contactSchema, subscriptionRequestSchema } from "../model/contact.ts";
import { filledFieldsSchema, formFieldsSchema } from "../model/form.ts";
import { MAX_BODY } from "../limits.ts";
import { messagePageSchema, messageSchema, positionSchema } from "../model/message.ts";
import { ownPresenceSchema, resourcePresenceSchema } from "../model/presence.ts";
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
import { roomNoticeSchema } from "../model/room-notice.ts";
import { accountIdSchema, bareJidSchema, chatKeySchema, messageIdSchema, nameSchema } from "../model/primitives.ts";
import { settingsSchema } from "../model/settings.ts";
import { roomRequestCommands } from "./room-requests.ts";
import { storeStatusSchema } from "../model/store-status.ts";
import { exactSchema, lineSchema, linesSchema } from "../model/text.ts";
import type { IpcResult } from "./error.ts";

const nothing = z.strictObject({});
const done = z.null();
const account = z.strictObject({ account: accountIdSchema });
const person = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });
const ownMessage = z.strictObject({ account: accountIdSchema, id: messageIdSchema });
const password = exactSchema(1024).min(1);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);
/** Of an identity key: what the user saw when deciding. */
const key = person.extend({ device: deviceIdSchema, fingerprint: fingerprintSchema });
const room = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });
/** What a moderator says to it. */
const reason = linesSchema(512);
const groups = z.array(lineSchema(256).trim().min(1)).max(50);

/** Largest number of entries in one page of a list. */
export const PAGE = 200;
/** Opaque cursor of a list; absent for the first page. */
const cursor = z.string().max(4096);

export const commands = {
  /** What the window must know before it draws anything. */
  "app.start": {
    args: nothing,
    result: z.object({
      version: z.string(),
      host: z.enum(["desktop", "browser"]),
      platform: z.string(),
      /** BCP 47 tag of the host's language, e.g. `de-AT`. */
      locale: z.string(),
      settings: settingsSchema,
      store: storeStatusSchema,
      accounts: z.array(accountSchema),
      /** 32 random bytes, base64: the key for what the window itself keeps (drafts). Null while the store is locked. */
      cacheKey: z.string().nullable(),
    }),
  },
  "settings.change": { args: settingsSchema.partial(), result: settingsSchema },

  /** Try to open the store once more. */
  "store.retry": { args: nothing, result: storeStatusSchema },
  /** Open it with the recovery key that settings shows: 64 hex digits, spaces allowed. */
  "store.restore": { args: z.strictObject({ recoveryKey: z.string().max(200) }), result: storeStatusSchema },
  /** Put the old file aside under another name and begin with an empty store. */
  "store.startAfresh": { args: nothing, result: storeStatusSchema },
  "store.recoveryKey": { args: nothing, result: z.object({ recoveryKey: z.string() }) },

  /** Adds an account, or replaces password and settings of the one with this JID, and connects. */
  "account.signIn": {
    args: z.strictObject({ jid: bareJidSchema, password, advanced: advancedSchema }),
    result: accountSchema,
  },
  ...registrationCommands,
  ...serviceCommands,
  "account.setEnabled": { args: account.extend({ enabled: z.boolean() }), result: done },
  "account.setAdvanced": { args: account.extend({ advanced: advancedSchema }), result: done },
  "account.setPassword": { args: account.extend({ password }), result: done },
  /** Forgets the account with everything that is stored for it here. Nothing changes on the server. */
  "account.remove": { args: account, result: done },
  /** "Try now": also restarts an account that had stopped. */
  "account.connectNow": { args: account, result: done },
  /** Trust exactly this certificate for exactly this account. */
  "account.pinCertificate": { args: account.extend({ fingerprint }), result: done },
  "account.unpinCertificate": { args: account, result: done },
  /** Forget the strongest mechanism seen, after the user was told of a downgrade. */
  "account.acceptDowngrade": { args: account, result: done },
  "account.setPresence": { args: account.extend({ presence: ownPresenceSchema }), result: done },

  /** What the server keeps for us. `supported: false`: it has no archive, or lets nobody choose. Needs a connection. */
  "archive.preferences": {
    args: account,
    result: z.object({ supported: z.boolean(), default: archiveDefaultSchema.nullable() }),
  },
  "archive.setDefault": { args: account.extend({ default: archiveDefaultSchema }), result: done },

  "roster.page": {
    args: z.strictObject({ after: cursor.optional(), limit: z.number().int().min(1).max(PAGE) }),
    result: z.object({ contacts: z.array(contactSchema), next: cursor.nullable() }),
  },
  /** Adds the contact and asks to see its presence. @param preauth code of an invitation (XEP-0379) */
  "roster.add": {
    args: person.extend({ name: nameSchema, groups, preauth: exactSchema(1024).min(1).optional() }),
    result: done,
  },
  "roster.rename": { args: person.extend({ name: nameSchema }), result: done },
  "roster.setGroups": { args: person.extend({ groups }), result: done },
  "roster.remove": { args: person, result: done },
  "contact.details": {
    args: person,
    result: z.object({ contact: contactSchema.nullable(), resources: z.array(resourcePresenceSchema) }),
  },
  "subscription.pending": { args: nothing, result: z.object({ requests: z.array(subscriptionRequestSchema) }) },
  /** Lets the contact see our presence and, when it is not in the roster yet, adds it and asks back. */
  "subscription.accept": { args: person, result: done },
  "subscription.deny": { args: person, result: done },
  /** Ask to see the presence of a contact (again). */
  "subscription.request": { args: person, result: done },
  /** Stop letting a contact see our presence. */
  "subscription.cancel": { args: person, result: done },
  /** No longer see the presence of a contact, who stays in the roster. */
  "subscription.unsubscribe": { args: person, result: done },

  "chat.page": {
    args: z.strictObject({ after: cursor.optional(), limit: z.number().int().min(1).max(PAGE) }),
    result: z.object({ chats: z.array(chatSchema), next: cursor.nullable() }),
  },
  /** Makes sure that the chat exists, and gives its newest messages. */
  "chat.open": {
    args: chatKeySchema,
    result: z.object({ chat: chatSchema, page: messagePageSchema }),
  },
  /** The user has seen this message and all before it. */
  "chat.markRead": { args: chatKeySchema.extend({ upTo: messageIdSchema }), result: done },
  "chat.setPinned": { args: chatKeySchema.extend({ pinned: z.boolean() }), result: done },
  "chat.setMuted": { args: chatKeySchema.extend({ muted: z.boolean() }), result: done },
  /** Turns encryption on or off for what is sent from now on. */
  "chat.setEncryption": { args: chatKeySchema.extend({ encryption: encryptionSchema }), result: done },
  /** Takes the chat off the list; its messages stay and return with the next one. */
  "chat.close": { args: chatKeySchema, result: done },

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
  ...roomRequestCommands,
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

  /** Also asks the server's archive, when the user gets to where messages are missing here. */
  "message.page": {
    args: chatKeySchema.extend({ before: positionSchema, limit: z.number().int().min(1).max(PAGE) }),
    result: messagePageSchema,
  },
  /** Stores the message in the outbox and answers at once; it is `pending` then. */
  /** @param encryption what the window showed when the user sent it: `none` into an encrypted chat is refused */
  "message.send": {
    args: chatKeySchema.extend({ body: linesSchema(MAX_BODY).min(1), encryption: encryptionSchema }),
    result: messageSchema,
  },
  "message.retry": { args: ownMessage, result: done },
  ...amendmentCommands,
  /** Removes a failed message. */
  "message.discard": { args: ownMessage, result: done },

  /**
   * Devices of a contact, or ours when `jid` is our own: known ones at once; asks the server for news, told by
   * `devices.changed`.
   */
  "device.list": { args: person, result: z.object({ devices: z.array(deviceSchema) }) },
  /** What the user thinks of a key, exactly as it was shown. */
  "device.setTrust": { args: key.extend({ trust: trustSchema.exclude(["undecided"]) }), result: done },
  /** Takes over the other key that came under a known device's id; `fingerprint` is that of the new key. */
  "device.acceptKey": { args: key, result: done },
  /** Takes a device of ours off the list, with its bundle; it cannot be this one. Needs a connection. */
  "device.remove": { args: account.extend({ device: deviceIdSchema }), result: done },
  /** Forgets the sessions with a contact's device and begins anew. Needs a connection. */
  "device.renewSession": { args: person.extend({ device: deviceIdSchema }), result: done },
  /** `xmpp:…?omemo-sid-…` of our devices, for others to scan: this one, and those of ours that we have verified. */
  "device.address": { args: account, result: z.object({ uri: z.string() }) },
  /** A scanned or opened address of that kind. @param jid whose it must be, null: whoever it says */
  "device.verify": {
    args: account.extend({ jid: bareJidSchema.nullable(), uri: z.string().max(8192) }),
    result: verificationSchema,
  },

  ...backupCommands,

  /** Fetches and decrypts the picture that a message names (XEP-0454). Null: it is none that can be shown. */
  "attachment.picture": {
    args: ownMessage,
    result: z
      .object({
        type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
        width: z.number(),
        height: z.number(),
        base64: z.string(),
      })
      .nullable(),
  },
  /** Fetches and decrypts the file that a message names, into the user's downloads or where he says. Null: given up. */
  "attachment.save": { args: ownMessage, result: z.object({ path: z.string() }).nullable() },

  /** Fetched from our server or the room where it is not here yet. */
  "avatar.get": { args: avatarKeySchema, result: avatarSchema.nullable() },

  /** Opens http, https and mailto links outside, and asks about xmpp links; every other scheme is refused. */
  "link.open": { args: z.strictObject({ url: z.string().min(1).max(8192) }), result: done },
  /** The window got or lost the user's attention. */
  "window.focus": { args: z.strictObject({ focused: z.boolean() }), result: done },
} as const;

export const events = {
  "accounts.changed": z.object({ changed: z.array(accountSchema), removed: z.array(accountIdSchema) }),
  "contacts.changed": z.object({ changed: z.array(contactSchema), removed: z.array(person) }),
  /** Resources of contacts whose details are of interest; sent for contacts with an open chat. */
  "resources.changed": z.object({
    contacts: z.array(person.extend({ resources: z.array(resourcePresenceSchema) })),
  }),
  "requests.changed": z.object({ changed: z.array(subscriptionRequestSchema), removed: z.array(person) }),
  "chats.changed": z.object({ changed: z.array(chatSchema), removed: z.array(chatKeySchema) }),
  "messages.changed": z.object({ changed: z.array(messageSchema), removed: z.array(messageIdSchema) }),
  /** Devices of these were added, changed or trusted. */
  "devices.changed": z.object({ owners: z.array(person) }),
  "backup.progress": backupProgressSchema,
  /** They have another picture, or none. */
  "avatars.changed": z.object({ of: z.array(avatarKeySchema) }),
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
  "store.changed": storeStatusSchema,
  "settings.changed": settingsSchema,
  /** The host asks the window to show a chat (notification clicked). */
  "chat.requested": chatKeySchema,
  /** An `xmpp:` address from outside (command line, another program): the window asks the user what to do with it. */
  "uri.requested": z.object({ uri: z.string() }),
} as const;

export type CommandName = keyof typeof commands;
/** What the window passes: before normalisation. */
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]["args"]>;
/** What a handler gets: checked and normalised. */
export type CommandArgs<N extends CommandName> = z.output<(typeof commands)[N]["args"]>;
export type CommandResult<N extends CommandName> = z.output<(typeof commands)[N]["result"]>;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

export { errorCodes, type ErrorCode, type IpcError, type IpcResult } from "./error.ts";

/** What the preload (or the bridge of the browser host) exposes as `window.jackdaw`: exactly these two. */
export interface Bridge {
  invoke<N extends CommandName>(name: N, args: CommandInput<N>): Promise<IpcResult<CommandResult<N>>>;
  /** @returns a function that ends the subscription */
  subscribe<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /**
   * In the browser host only: the session of this page is over, also when it was before; nothing is sent or heard any
   * more.
   * @returns a function that ends the subscription
   */
  onEnd?(listener: () => void): () => void;
}
