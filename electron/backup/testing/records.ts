/** Backup records for tests. */
import type { BareJid } from "../../../shared/jid.ts";
import type { BackupRecord } from "../../../shared/model/backup.ts";
import type { Cost } from "../container.ts";

type Content = Exclude<BackupRecord, { kind: "end" }>;

/** The lowest cost that the format allows. */
export const CHEAP: Cost = { logN: 4, r: 8, p: 1 };
const alice = "alice@example.org" as BareJid;
const me = "me@example.org" as BareJid;

export const about = (more: Partial<Extract<Content, { kind: "about" }>> = {}): Content => ({
  kind: "about",
  writer: "0.1.0",
  createdAt: 1,
  jid: me,
  omemo: false,
  expected: { contacts: 0, chats: 1, messages: 1 },
  ...more,
});

export const chat: Content = {
  kind: "chat",
  jid: alice,
  pinned: true,
  muted: false,
  closed: false,
  encryption: "omemo",
  encryptedFrom: null,
  activityAt: 5,
  readPosition: 4,
  peerReadPosition: -1,
  toldPosition: 4,
  syncedPosition: 4,
  isRoom: false,
  room: null,
};

export const message = (body: string, position = 1): Content => ({
  kind: "message",
  position,
  outgoing: false,
  local: false,
  from: alice,
  body,
  files: [],
  sentAt: position,
  delivery: null,
  failure: null,
  unread: false,
  markable: true,
  token: `t${position}`,
  stanzaId: null,
  archiveId: null,
  protection: { kind: "none", unexpected: false },
  replaces: null,
  writer: null,
  mentionsUs: false,
  unstyled: false,
  editedAt: null,
  retracted: null,
  starred: false,
  reactions: [],
});

export async function* each(records: Iterable<Content>): AsyncGenerator<Content> {
  for (const record of records) yield record;
}
