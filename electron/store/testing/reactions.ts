/** For the tests of reactions: who reacts, and with what. */
import type { StoredReaction } from "../contract/index.ts";
import { alice, me, myJid, T, type Fixture } from "./store.ts";
import { by, room } from "./room.ts";

export const hers = { outgoing: false, sender: alice, writer: null, stay: null };
export const ours = { outgoing: true, sender: myJid, writer: null, stay: null };
export const there = (nickname: string, occupantId: string | null = `o-${nickname}`, more: object = {}) => ({
  outgoing: false,
  sender: room,
  writer: by(nickname, { occupantId }),
  stay: null,
  ...more,
});

let count = 0;
/** @param emoji with spaces between */
export const reaction = (emoji: string, more: Partial<StoredReaction> = {}): StoredReaction => ({
  kind: "reaction",
  target: "m1",
  author: hers,
  originId: `r${count++}`,
  messageId: null,
  archiveId: null,
  sentAt: T + count,
  emoji: emoji === "" ? [] : emoji.split(" "),
  delayed: false,
  ...more,
});

export const take = async (
  f: Fixture,
  of: StoredReaction,
  chat: { account: typeof me; jid: typeof alice } = { account: me, jid: alice },
) => (await f.store.write({ op: "amendment.receive", args: { ...chat, inRoom: chat.jid === room, amendment: of } }))[0];

export const all = async (f: Fixture, of = alice) =>
  (await f.store.read("messages.page", { account: me, jid: of, before: null, limit: 100 })).messages;
/** As `👍2*`: the emoji, how many, and whether we are among them. */
export const shown = async (f: Fixture, at = 0, of = alice) =>
  (await all(f, of))[at]!.reactions.map(({ emoji, count: many, own }) => `${emoji}${many}${own ? "*" : ""}`).join(" ");

/** A page of our archive below what is held. */
export const archived = async (
  f: Fixture,
  entries: { archiveId: string; stamp: number; content: unknown }[],
  more: object = {},
) => {
  const state = await f.store.read("archive.state", { account: me, archive: null });
  const args = {
    account: me,
    span: state!.span,
    peer: null,
    entries: entries as never,
    askedBefore: state!.oldestId,
    first: entries[0]!.archiveId,
    complete: false,
    archiveChanged: false,
    newFrom: entries.length,
    changes: [],
    now: T,
    ...more,
  };
  return (await f.store.write({ op: "archive.page", args }))[0];
};
export const reacted = (of: StoredReaction, stamp: number) => ({
  archiveId: `a-${of.originId}`,
  stamp,
  content: { kind: "amendment", chat: alice, amendment: { ...of, sentAt: stamp } },
});
