/** What the store keeps of rooms (XEP-0045): those that are known, and invitations. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { Invitation, Notify } from "../../../shared/model/room.ts";

/** What is kept of a room. */
export interface StoredRoom {
  account: AccountId;
  jid: BareJid;
  name: string;
  nickname: string;
  password: string | null;
  autojoin: boolean;
  /** It is in our bookmarks on the server. */
  bookmarked: boolean;
  notify: Notify;
  subject: string;
  /** Its archive is read (XEP-0313). */
  archived: boolean;
}

export interface RoomReads {
  "rooms.all": (args: Record<string, never>) => StoredRoom[];
  "invitations.all": (args: Record<string, never>) => Invitation[];
  /** When the last message of a room that is held was sent, ms; null: none. */
  "room.lastAt": (args: ChatKey) => number | null;
}

export interface RoomWrites {
  /** Also makes or removes nothing else: the chat stays. */
  "room.put": (args: StoredRoom) => null;
  "room.remove": (args: { account: AccountId; jid: BareJid }) => null;
  "room.setNotify": (args: ChatKey & { notify: Notify }) => null;
  /**
   * Whether it can be encrypted, and what waits for a decision.
   * @returns its chat, when that shows something else now
   */
  "room.setEncryptable": (args: ChatKey & { canEncrypt: boolean; undecided: number }) => { chat: Chat | null };
  "room.setSubject": (args: ChatKey & { subject: string }) => null;
  /** `kept`: null: there is no place for it. `removed`: rooms whose invitations had to go. */
  "invitation.put": (args: Invitation) => { kept: Invitation | null; removed: BareJid[] };
  /** False: there was none. */
  "invitation.remove": (args: { account: AccountId; room: BareJid }) => boolean;
}
