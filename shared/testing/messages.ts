/** Sample values of the contract, for tests of both sides. */
import type { BareJid } from "../jid.ts";
import type { Chat } from "../model/chat.ts";
import type { Message } from "../model/message.ts";
import type { AccountId, MessageId } from "../model/primitives.ts";
import type { Room } from "../model/room.ts";

const of = { account: "account00001" as AccountId, jid: "bob@localhost" as BareJid };

export const chatOf = (change: Partial<Chat> = {}): Chat => ({
  ...of,
  kind: "contact",
  unread: 0,
  mentions: 0,
  firstUnread: null,
  pinned: false,
  muted: false,
  encryption: "none",
  canEncrypt: false,
  undecided: 0,
  activityAt: 1,
  last: null,
  ...change,
});

export const messageOf = (id: number, change: Partial<Message> = {}): Message => ({
  id: id as MessageId,
  account: of.account,
  chat: of.jid,
  position: id,
  direction: "in",
  from: of.jid,
  writer: null,
  mentionsUs: false,
  unstyled: false,
  body: `message ${id}`,
  files: [],
  sentAt: id,
  delivery: null,
  failure: null,
  protection: { kind: "none", unexpected: false },
  editedAt: null,
  retracted: null,
  starred: false,
  pendingChange: null,
  reactions: [],
  reactable: true,
  reacting: null,
  ...change,
});

export const roomOf = (local: string, change: Partial<Room> = {}): Room => ({
  account: of.account,
  jid: `${local}@conference.localhost` as BareJid,
  name: local,
  nickname: "Alice",
  autojoin: true,
  notify: "mentions",
  state: { state: "joined" },
  subject: "",
  self: null,
  asked: null,
  traits: null,
  encryption: null,
  occupants: 0,
  ...change,
});
