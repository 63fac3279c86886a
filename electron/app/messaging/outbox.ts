/**
 * Sending. A message is stored with its outbox entry before anything goes out; it leaves the outbox only
 * when the server acknowledged it (XEP-0198), the archive shows it, or it was refused for good. What was under way when
 * a session ended is sent again under the same origin-id (XEP-0359), so that receivers can tell.
 */
import { randomUUID } from "node:crypto";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption as Kind } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import { isBare, isFull, toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Writer } from "../../../shared/model/room.ts";
import { logged } from "../../log/log.ts";
import type { OutboxEntry, Store } from "../../store/contract/index.ts";
import type { XmppClient } from "../../xmpp/ports.ts";
import { StanzaTooLarge } from "../../xmpp/stream/stanza-limit.ts";
import { findArrived, type Searchable } from "./archive/find-arrived.ts";
import type { Encryption } from "../omemo/index.ts";
import { CannotEncrypt } from "../omemo/ports.ts";
import { CommandError, type Host } from "../host.ts";
import { createSuspects } from "./suspects.ts";
import type { PrivateMessages } from "../rooms/private/private-messages.ts";
import type { RoomEncryption } from "../rooms/members/encryption.ts";
import type { OmemoChange } from "../../omemo/ports.ts";

type Sent = Parameters<XmppClient["messages"]["send"]>[0]["content"] | null;
type Correction = { id: MessageId; body: string; encryption: Kind };
/** An error came back for a message of ours. */
interface Bounce {
  /** The conversation that it came from. */
  from: Jid;
  /** The `id` attribute of ours. */
  id: string;
  condition: string;
  text: string;
}

export interface Outbox {
  /** Stores the message and answers; sending goes on by itself. @throws {StoreError} and nothing was stored */
  send(chat: ChatKey & { kind: Chat["kind"]; occupant?: Writer }, body: string, encryption: Kind): Promise<Message>;
  /** Corrects a message of ours: it shows at once. Null: it cannot be corrected. @throws as `send` */
  correct(of: Correction): Promise<Message | null>;
  /**
   * Adds or takes back a reaction of ours: it shows at once. Null: to this message nobody can react.
   * @throws as `send`
   */
  react(of: { id: MessageId; emoji: string; chosen: boolean }): Promise<Message | null>;
  /** Takes a message of ours back. @returns false when it cannot be */
  retract(id: MessageId): Promise<boolean>;
  retry(id: MessageId): Promise<void>;
  discard(id: MessageId): Promise<void>;
  /** The stream is up and the archive can be asked: sends what waits, in order. */
  ready(): void;
  /** We are in a room now: what waits for it may go. */
  entered(): void;
  /** The stream is gone. @param refused what the server said, if it ended the stream for what it heard */
  gone(refused?: string | null): void;
  /** Catching up has found these in the archive, and has dealt with them. */
  archived(originIds: string[]): void;
  acked(tags: string[]): Promise<void>;
  /** These are under way again by themselves (a resumed session) and must not be sent a second time. */
  resent(tags: string[]): void;
  /** These went out on a session that is gone: they wait for the next `flush`. */
  unacked(tags: string[]): void;
  bounced(of: Bounce): Promise<void>;
}

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "state" | "messages" | "archive" | "rooms">;
  /** Rooms that we are in, and where their messages can be looked for. */
  rooms: {
    isIn(room: BareJid): boolean;
    searchable(room: BareJid): Searchable;
    readonly encryption: Pick<RoomEncryption, "recipients">;
  };
  privately: Pick<PrivateMessages, "obstacle">;
  seal: Pick<Encryption["seal"], "text" | "room">;
  publish: Host["publish"];
  checkpoint: NonNullable<Host["checkpoint"]>;
}

export function createOutbox(
  account: AccountId,
  { store, client, rooms, privately, seal, publish, checkpoint }: Ports,
): Outbox {
  /** Handed to the stream and not yet acknowledged. */
  const underWay = new Set<string>();
  /** Chats whose messages are just being sent; true: there is more. One at a time keeps each chat in order. */
  const busy = new Map<Jid, boolean>();
  const suspects = createSuspects();
  /** The session that is up and lets us ask the archive; another object: another session. */
  let session: object | null = null;

  function tell(messages: Message[], chats: Chat[]): void {
    if (messages.length > 0) publish("messages.changed", { changed: messages, removed: [] });
    if (chats.length > 0) publish("chats.changed", { changed: chats, removed: [] });
  }

  async function arrived(originIds: string[]): Promise<void> {
    if (originIds.length === 0) return;
    const [{ messages, chats }] = await store.write({ op: "outbox.acked", args: { account, originIds } });
    for (const one of originIds) underWay.delete(one);
    tell(messages, chats);
    if (suspects.cleared(originIds)) flush();
  }

  /** Sends what waits for one chat, in the order in which it was written. @throws {NotConnected} */
  async function sendTo(jid: Jid, entries: OutboxEntry[], mine: object): Promise<void> {
    const room = toBare(jid);
    const inRoom = isBare(jid) && entries[0]?.kind === "room";
    // What is for a room, or for somebody in it, waits until we are in it.
    if ((inRoom || isFull(jid)) && !rooms.isIn(room)) return;
    // Whether the first try got there is not known: the archive is asked before there is a second.
    const unclear = entries.filter((entry) => entry.attempts > 0);
    if (unclear.length > 0)
      await arrived(await findArrived(inRoom ? rooms.searchable(room) : client().archive, jid, unclear));
    for (const entry of entries) {
      // In another session what went before may wait again: its own flush takes all of it, in order.
      if (session !== mine) return;
      const obstacle = isFull(jid)
        ? privately.obstacle(jid, entry)
        : entry.reacts?.encrypted === true
          ? "reaction-not-encrypted"
          : null;
      if (obstacle !== null) {
        await fail({ from: jid, id: entry.originId, condition: obstacle, text: "" });
        continue;
      }
      const content = await prepare(jid, entry);
      if (session !== mine) return;
      const { originId } = entry;
      if (content === null || underWay.has(originId)) continue;
      // One of some messages ended the stream: each goes alone, so that the next end shows which.
      if (suspects.some && underWay.size > 0) return;
      underWay.add(originId);
      suspects.sent(originId);
      try {
        await hand(jid, entry, content);
      } catch (error) {
        underWay.delete(originId);
        if (!(error instanceof StanzaTooLarge)) throw error;
        await fail({ from: jid, id: originId, condition: "too-large", text: "" });
      }
    }
  }

  async function hand(
    jid: Jid,
    { originId, kind, amends, reacts }: OutboxEntry,
    content: NonNullable<Sent>,
  ): Promise<void> {
    const { messages, rooms: toRooms } = client();
    if (!isBare(jid)) {
      if ("body" in content) await toRooms.sendPrivate({ to: jid, originId, body: content.body });
    } else if (reacts !== null) {
      const { target, emoji } = reacts;
      await (kind === "room"
        ? toRooms.react({ room: jid, originId, target, emoji })
        : messages.react({ to: jid, originId, target, emoji }));
    } else if (amends?.kind === "retraction") {
      const { target, explain } = amends;
      await (kind === "room"
        ? toRooms.retract({ room: jid, originId, target, explain })
        : messages.retract({ to: jid, originId, target, explain }));
    } else {
      const more = amends === null ? {} : { replaces: amends.target };
      await (kind === "room"
        ? toRooms.send({ room: jid, originId, content, ...more })
        : messages.send({ to: jid, originId, content, ...more }));
    }
  }

  /**
   * Notes the try, and what is to go on the wire; of an encrypted one in one transaction with the ratchets.
   * @returns null when it does not wait any more. What was to be encrypted and cannot be fails, and is never sent
   * plain.
   */
  async function prepare(jid: Jid, { originId, kind, body, encryption }: OutboxEntry): Promise<Sent> {
    const tried = { op: "outbox.tried" as const, args: { account, originId, now: Date.now() } };
    if (encryption === "none") {
      const [waits] = await store.write(tried);
      return waits ? { body } : null;
    }
    let waits = false;
    try {
      const commit = async (changes: OmemoChange[]): Promise<void> => {
        [waits] = await store.write(tried, { op: "omemo.apply", args: { account, changes, now: Date.now() } });
      };
      const to = toBare(jid);
      const envelope =
        kind === "room"
          ? await seal.room(await rooms.encryption.recipients(to), body, commit)
          : await seal.text(to, body, commit);
      return waits ? { envelope } : null;
    } catch (error) {
      if (!(error instanceof CannotEncrypt)) throw error;
      await fail({ from: jid, id: originId, condition: error.condition, text: "" });
      return null;
    }
  }

  /** @param of.from null: it is not a chat's other side that refuses it */
  async function fail({ from, id, condition, text }: Omit<Bounce, "from"> & { from: Jid | null }): Promise<void> {
    const chat = from ?? (await store.read("outbox.pending", { account })).find((entry) => entry.originId === id)?.to;
    if (chat === undefined) return;
    const [failed] = await store.write({
      op: "outbox.failed",
      args: { account, chat, originId: id, condition, text },
    });
    underWay.delete(id);
    if (failed !== null) tell([failed.message], [failed.chat]);
    if (suspects.cleared([id])) flush();
  }

  async function drain(mine: object): Promise<void> {
    const chats = new Map<Jid, OutboxEntry[]>();
    const pending = await store.read("outbox.pending", { account });
    suspects.retain(new Set(pending.map(({ originId }) => originId)));
    for (const entry of pending) {
      if (!underWay.has(entry.originId)) chats.set(entry.to, [...(chats.get(entry.to) ?? []), entry]);
    }
    if (session !== mine) return;
    for (const [jid, entries] of chats) {
      if (busy.has(jid)) {
        busy.set(jid, true);
        continue;
      }
      busy.set(jid, false);
      void sendTo(jid, entries, mine)
        // What could not be written or sent is still in the outbox, and the next flush takes it.
        .catch(logged("app", "the outbox could not be sent on"))
        .finally(() => {
          const more = busy.get(jid) === true;
          busy.delete(jid);
          if (more) flush();
        });
    }
  }

  function flush(): void {
    if (session !== null) drain(session).catch(logged("app", "the outbox could not be sent on"));
  }

  return {
    async send(chat, body, encryption) {
      const args = { ...chat, body, encryption, originId: randomUUID(), now: Date.now() };
      const [queued] = await store.write({ op: "message.queue", args });
      checkpoint("queued");
      tell([queued.message], [queued.chat]);
      flush();
      return queued.message;
    },
    async correct({ id, body, encryption }) {
      const [queued] = await store.write({
        op: "amendment.correct",
        args: { account, id, body, encryption, originId: randomUUID(), now: Date.now() },
      });
      if (queued === null) return null;
      tell([queued.message], [queued.chat]);
      flush();
      return queued.message;
    },
    async react(of) {
      const [queued] = await store.write({
        op: "reaction.set",
        args: { account, ...of, originId: randomUUID(), now: Date.now() },
      });
      if (queued === null) return null;
      tell([queued.message], [queued.chat]);
      flush();
      return queued.message;
    },
    async retract(id) {
      const [queued] = await store.write({
        op: "amendment.retract",
        args: { account, id, originId: randomUUID(), now: Date.now() },
      });
      if (queued === null) return false;
      if (queued.message === null) publish("messages.changed", { changed: [], removed: [id] });
      tell(queued.message === null ? [] : [queued.message], [queued.chat]);
      flush();
      return true;
    },
    async retry(id) {
      const [back] = await store.write({ op: "message.retry", args: { account, id, originId: randomUUID() } });
      if (back === null) throw new CommandError("not-found", "no failed message with this id");
      tell([back.message], [back.chat]);
      flush();
    },
    async discard(id) {
      const [gone] = await store.write({ op: "message.discard", args: { account, id } });
      if (gone === null) throw new CommandError("not-found", "no failed message with this id");
      publish("messages.changed", { changed: [], removed: [id] });
      tell([], [gone.chat]);
    },
    ready() {
      session = {};
      flush();
    },
    entered: flush,
    gone(refused = null) {
      session = null;
      if (refused === null) return;
      const guilty = suspects.ended(underWay);
      if (guilty !== null)
        fail({ from: null, id: guilty, condition: "ended-stream", text: refused.slice(0, 512) }).catch(
          logged("app/outbox", "a refused message could not be failed", "error"),
        );
    },
    acked: arrived,
    archived(originIds) {
      for (const one of originIds) underWay.delete(one);
    },
    resent(tags) {
      for (const tag of tags) underWay.add(tag);
    },
    unacked(tags) {
      for (const tag of tags) underWay.delete(tag);
    },
    bounced: fail,
  };
}
