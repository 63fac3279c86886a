/** People and reactions for tests. */
import { isFull, type Jid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { ArchiveEntry, Author, Decrypted } from "../../model/message.ts";
import type { Reacted, Removal } from "../messages/annotations/changes.ts";
import { alice, archivePage, inbound, me, myJid, outcomeOf, T, taken, type Fixture } from "./store.ts";
import { by, room } from "./room.ts";

export const hers: Author = { outgoing: false, address: alice, occupant: null, occupancy: null };
export const ours: Author = { outgoing: true, address: myJid, occupant: null, occupancy: null };
export const there = (nickname: string, occupantId: string | null = `o-${nickname}`, more: object = {}): Author => ({
  outgoing: false,
  address: room,
  occupant: by(nickname, { occupantId }),
  occupancy: null,
  ...more,
});

let count = 0;
/** @param emoji separated by spaces */
export const reaction = (emoji: string, more: Partial<Reacted> = {}): Reacted => ({
  kind: "reaction",
  target: "m1",
  author: hers,
  originId: `r${count++}`,
  messageId: null,
  archiveId: null,
  sentAt: T + count,
  emoji: emoji === "" ? [] : emoji.split(" "),
  ...more,
});

/** An incoming change of a message. */
export function change(of: Reacted | Removal, jid: Jid = alice): Decrypted {
  const { kind, target, author, messageId, originId, archiveId } = of;
  const conversation = { jid, kind: jid === room ? "room" : isFull(jid) ? "private" : "contact" } as const;
  const payload =
    kind === "reaction"
      ? { kind, target, emoji: of.emoji }
      : kind === "retraction"
        ? { kind, target }
        : { kind, target, by: of.moderator, reason: of.reason };
  return inbound(conversation, author, { ids: { messageId, originId, archiveId }, payload });
}

export const takeOp = (of: Reacted | Removal, chat: { account: AccountId; jid: Jid } = { account: me, jid: alice }) =>
  taken(change(of, chat.jid), of.sentAt, false, chat.account);

/** @returns the changed message and its chat; null: none changed */
export async function take(f: Fixture, of: Reacted | Removal, chat?: { account: AccountId; jid: Jid }) {
  const outcome = outcomeOf((await f.store.write(takeOp(of, chat)))[0]);
  return outcome.duplicate ? null : { message: outcome.message, chat: outcome.chat };
}

export const all = async (f: Fixture, of = alice) =>
  (await f.store.read("messages.page", { account: me, jid: of, before: null, limit: 100 })).messages;
/** As `👍2*`: the emoji, the number of people, and a star if we are one of them. */
export const shown = async (f: Fixture, at = 0, of = alice) =>
  (await all(f, of))[at]!.reactions.map(({ emoji, count: many, own }) => `${emoji}${many}${own ? "*" : ""}`).join(" ");

/** A page of our archive below the known messages. */
export const archived = (f: Fixture, entries: ArchiveEntry<Decrypted>[], more: object = {}) =>
  archivePage(f.store, null, entries, { now: T, ...more });
export const reacted = (of: Reacted, stamp: number): ArchiveEntry<Decrypted> => ({
  archiveId: `a-${of.originId}`,
  stamp,
  inbound: { ...change(of), via: "archive", at: stamp },
});
