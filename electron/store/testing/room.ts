/** For the tests of rooms: what comes from one. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { ArchiveEntry, Decrypted, MessageIds, StoredProtection } from "../../model/message.ts";
import type { ArchivePageResult, Store, StoredRoom, Writes } from "../contract/index.ts";
import { inbound, jid, me, T, taken, type TakeOp } from "./store.ts";
import { outgoing } from "./outbox.ts";

export const room = jid("garden@rooms.example.org");
export const key = { account: me, jid: room };

export const by = (nickname: string, more: Partial<Writer> = {}): Writer => ({
  nickname,
  occupantId: null,
  jid: null,
  ...more,
});

export const storedRoom = (more: Partial<StoredRoom> = {}): StoredRoom => ({
  account: me,
  jid: room,
  name: "Garden",
  nickname: "me",
  password: null,
  autojoin: true,
  bookmarked: true,
  notify: "mentions",
  subject: "",
  archived: true,
  ...more,
});

/** A message of the room, with everything at hand that a test may change. */
export interface Said extends Omit<MessageIds, "archiveId"> {
  room: BareJid;
  writer: Writer | null;
  own: boolean;
  mentionsUs: boolean;
  body: string;
  protection: StoredProtection;
  replaces?: string;
  tombstone?: true;
  stay?: string | null;
}

export const said = (body: string, more: Partial<Said> = {}): Said => ({
  room,
  writer: by("ann"),
  own: false,
  mentionsUs: false,
  body,
  messageId: `s-${body}`,
  originId: null,
  protection: { kind: "none" },
  ...more,
});

const inRoom = (
  { room: jid, writer, own, mentionsUs, body, messageId, originId, protection, replaces, tombstone, stay = null }: Said,
  archiveId: string | null,
): Decrypted =>
  inbound(
    { jid, kind: "room" },
    { outgoing: own, address: jid, occupant: writer, stay },
    {
      ids: { messageId, originId, archiveId },
      protection,
      payload:
        tombstone === true
          ? { kind: "tombstone" }
          : {
              kind: "text",
              body,
              ...(replaces === undefined ? {} : { replaces }),
              ...(mentionsUs ? { mentionsUs: true } : {}),
            },
    },
  );

interface How {
  sentAt?: number;
  delayed?: boolean;
  archiveId?: string | null;
}

export const received = (message: Said, { sentAt = T, delayed = false, archiveId = null }: How = {}): TakeOp =>
  taken(inRoom(message, archiveId), sentAt, delayed);

/** @returns the message as it is now; null when it was a repetition that changed nothing */
export async function receive(store: Store, message: Said, how: How = {}): Promise<Message | null> {
  const [outcome] = await store.write(received(message, how));
  return outcome.messages[0] ?? null;
}

export const queued = (body: string, originId: string, now = T) =>
  outgoing(body, originId, { jid: room, kind: "room", now });

export const opened = (now = T, archive: BareJid | null = room) => ({
  op: "archive.open" as const,
  args: { account: me, archive, now },
});

/** An entry of the room's archive. */
export const entryOf = (archiveId: string, stamp: number, message: Said): ArchiveEntry<Decrypted> => ({
  archiveId,
  stamp,
  inbound: { ...inRoom(message, archiveId), via: "archive", at: stamp },
});
/** The same; its id is `a-` and the text. */
export const entry = (body: string, stamp: number, more: Partial<Said> = {}): ArchiveEntry<Decrypted> =>
  entryOf(`a-${body}`, stamp, said(body, more));

const DAY = 24 * 60 * 60 * 1000;
type Page = Parameters<Writes["archive.page"]>[0];

/** Takes in a page below what is held. */
export async function page(
  store: Store,
  entries: Page["entries"],
  more: Partial<Page> = {},
): Promise<ArchivePageResult> {
  const state = await store.read("archive.state", { account: me, archive: room });
  const args = {
    account: me,
    archive: room,
    peer: null,
    newFrom: entries.length,
    span: state?.span ?? 0,
    entries,
    askedBefore: state?.oldestId ?? null,
    first: entries[0]?.archiveId ?? null,
    complete: false,
    archiveChanged: false,
    changes: [],
    now: T + DAY,
    ...more,
  };
  return (await store.write({ op: "archive.page", args }))[0];
}
