/** For the tests of rooms: what comes from one. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { ArchivePageResult, Store, StoredRoom, StoredRoomMessage, Writes } from "../contract/index.ts";
import { jid, me, T } from "./store.ts";
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

export const said = (body: string, more: Partial<StoredRoomMessage> = {}): StoredRoomMessage => ({
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

type Received = Parameters<Writes["room.receive"]>[0];
type How = Partial<Omit<Received, "message" | "account">>;

export const received = (message: StoredRoomMessage, how: How = {}): { op: "room.receive"; args: Received } => ({
  op: "room.receive",
  args: { account: me, message, sentAt: T, delayed: false, archiveId: null, ...how },
});

/** @returns the message as it is now; null when it was a repetition that changed nothing */
export async function receive(store: Store, message: StoredRoomMessage, how: How = {}): Promise<Message | null> {
  const [outcome] = await store.write(received(message, how));
  return outcome.duplicate ? null : outcome.message;
}

export const queued = (body: string, originId: string, now = T) =>
  outgoing(body, originId, { jid: room, kind: "room", now });

export const opened = (now = T, archive: BareJid | null = room) => ({
  op: "archive.open" as const,
  args: { account: me, archive, now },
});

/** An entry of the room's archive; its id is `a-` and the text. */
export const entry = (body: string, stamp: number, more: Partial<StoredRoomMessage> = {}) => ({
  archiveId: `a-${body}`,
  stamp,
  message: said(body, more),
});

const DAY = 24 * 60 * 60 * 1000;
type Page = Parameters<Writes["archive.roomPage"]>[0];

/** Takes in a page below what is held. */
export async function page(
  store: Store,
  entries: Page["entries"],
  more: Partial<Page> = {},
): Promise<ArchivePageResult> {
  const state = await store.read("archive.state", { account: me, archive: room });
  const args = {
    account: me,
    room,
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
  return (await store.write({ op: "archive.roomPage", args }))[0];
}
