/** Messages and archive entries of a room, for tests. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { ArchiveEntry, Decrypted, MessageIds, StoredProtection } from "../../model/message.ts";
import type { ArchivePageResult, Store, StoredRoom } from "../contract/index.ts";
import { archivePage, inbound, jid, me, T, taken, type TakeOp } from "./store.ts";
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

/** A message of the room; tests can override its parts. */
export interface RoomText extends Omit<MessageIds, "archiveId"> {
  room: BareJid;
  writer: Writer | null;
  own: boolean;
  mentionsUs: boolean;
  body: string;
  protection: StoredProtection;
  replaces?: string;
  tombstone?: true;
  occupancy?: string | null;
}

export const roomText = (body: string, more: Partial<RoomText> = {}): RoomText => ({
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
  {
    room: jid,
    writer,
    own,
    mentionsUs,
    body,
    messageId,
    originId,
    protection,
    replaces,
    tombstone,
    occupancy = null,
  }: RoomText,
  archiveId: string | null,
): Decrypted =>
  inbound(
    { jid, kind: "room" },
    { outgoing: own, address: jid, occupant: writer, occupancy },
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

export const received = (message: RoomText, { sentAt = T, delayed = false, archiveId = null }: How = {}): TakeOp =>
  taken(inRoom(message, archiveId), sentAt, delayed);

/** @returns the stored message; null for a repetition that changed nothing */
export async function receive(store: Store, message: RoomText, how: How = {}): Promise<Message | null> {
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
export const entryOf = (archiveId: string, stamp: number, message: RoomText): ArchiveEntry<Decrypted> => ({
  archiveId,
  stamp,
  inbound: { ...inRoom(message, archiveId), via: "archive", at: stamp },
});
/** The same, with the id `a-` and the text. */
export const entry = (body: string, stamp: number, more: Partial<RoomText> = {}): ArchiveEntry<Decrypted> =>
  entryOf(`a-${body}`, stamp, roomText(body, more));

/** Takes in a page of the room's archive. */
export const page = (
  store: Store,
  entries: ArchiveEntry<Decrypted>[],
  more: Parameters<typeof archivePage>[3] = {},
): Promise<ArchivePageResult> => archivePage(store, room, entries, more);
