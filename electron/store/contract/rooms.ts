/** Operations for rooms (XEP-0045): the known ones, and invitations. */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { Invitation, Notify } from "../../../shared/model/room.ts";

/** The stored record of a room. */
export interface StoredRoom {
  account: AccountId;
  jid: BareJid;
  name: string;
  nickname: string;
  password: string | null;
  autojoin: boolean;
  /** The room is in our bookmarks on the server. */
  bookmarked: boolean;
  notify: Notify;
  subject: string;
  /** Its archive is read (XEP-0313). */
  archived: boolean;
}

export interface RoomReads {
  "rooms.all": (args: Record<string, never>) => StoredRoom[];
  "invitations.all": (args: Record<string, never>) => Invitation[];
  /** The password that the invitation into a room contains; null: none. */
  "invitation.password": (args: { account: AccountId; room: BareJid }) => string | null;
  /** When the newest stored message of a room was sent, ms; null: none. */
  "room.lastAt": (args: ChatKey) => number | null;
}

export interface RoomWrites {
  /** Changes only the record: the chat stays. */
  "room.put": (args: StoredRoom) => null;
  /**
   * The address is a person's, not a room's: its chat becomes theirs, together with apparent private messages.
   * @returns that chat, or null; and the removed private chats
   */
  "room.isNone": (args: { account: AccountId; jid: BareJid }) => { chat: Chat | null; removed: Jid[] };
  "room.setNotify": (args: ChatKey & { notify: Notify }) => null;
  /**
   * Whether the room can be encrypted, and the number of devices that wait for a decision.
   * @returns its chat, if its entry in the chat list has changed
   */
  "room.setEncryptable": (args: ChatKey & { canEncrypt: boolean; undecided: number }) => { chat: Chat | null };
  "room.setSubject": (args: ChatKey & { subject: string }) => null;
  /** `kept`: null if the limit is reached. `removed`: rooms whose invitations were dropped for it. */
  "invitation.put": (args: Invitation & { password?: string }) => { kept: Invitation | null; removed: BareJid[] };
  /** False: there was none. */
  "invitation.remove": (args: { account: AccountId; room: BareJid }) => boolean;
}
