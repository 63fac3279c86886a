/**
 * Sending. A message is stored with its outbox entry before anything goes out; it leaves the outbox only
 * when the server acknowledged it (XEP-0198), the archive shows it, or it was refused for good. What was under way when
 * a session ended is sent again under the same origin-id (XEP-0359), so that receivers can tell.
 */
import { randomUUID } from "node:crypto";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { Jid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";
import type { Draft } from "../../model/outbound.ts";
import type { OutboxEntry, Store } from "../../store/contract/index.ts";
import type { Ready } from "../../xmpp/message/write.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import { StanzaTooLarge } from "../../xmpp/stream/stanza-limit.ts";
import { findArrived } from "./archive/find-arrived.ts";
import type { Encrypt } from "../omemo/encrypt.ts";
import { CannotEncrypt } from "../omemo/ports.ts";
import { CommandError, type Host } from "../host.ts";
import { createSuspects } from "./suspects.ts";
import type { OutboundRules } from "./outbound-rules.ts";

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
  /**
   * Stores what the user does; it shows at once, and goes out by itself.
   * @returns null: it cannot be done. `message` is null where one is taken back that had not left yet: it is gone
   * @throws {StoreError} and nothing was stored
   */
  send(draft: Draft): Promise<{ message: Message | null } | null>;
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
  client: () => Pick<XmppClient, "messages">;
  rules: Record<Chat["kind"], OutboundRules>;
  encrypt: Pick<Encrypt, "message">;
  publish: Host["publish"];
  checkpoint: NonNullable<Host["checkpoint"]>;
}

export function createOutbox(
  account: AccountId,
  { store, client, rules, encrypt, publish, checkpoint }: Ports,
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
    const rule = rules[entries[0]!.conversation.kind];
    if (!rule.isOpen(jid)) return;
    // Whether the first try got there is not known: the archive is asked before there is a second.
    const unclear = entries.filter((entry) => entry.attempts > 0);
    if (unclear.length > 0) await arrived(await findArrived(rule.archive(jid), jid, unclear));
    for (const entry of entries) {
      // In another session what went before may wait again: its own flush takes all of it, in order.
      if (session !== mine) return;
      const { originId } = entry;
      const obstacle = rule.obstacle(entry);
      if (obstacle !== null) {
        await fail({ from: jid, id: originId, condition: obstacle, text: "" });
        continue;
      }
      const ready = await prepare(entry, rule);
      if (session !== mine) return;
      if (ready === null || underWay.has(originId)) continue;
      // One of some messages ended the stream: each goes alone, so that the next end shows which.
      if (suspects.some && underWay.size > 0) return;
      underWay.add(originId);
      suspects.sent(originId);
      try {
        await client().messages.send(ready);
      } catch (error) {
        underWay.delete(originId);
        if (!(error instanceof StanzaTooLarge)) throw error;
        await fail({ from: jid, id: originId, condition: "too-large", text: "" });
      }
    }
  }

  /**
   * Notes the try, and what is to go on the wire; of an encrypted one in one transaction with the ratchets.
   * @returns null when it does not wait any more. What was to be encrypted and cannot be fails, and is never sent
   * plain.
   */
  async function prepare(entry: OutboxEntry, rule: OutboundRules): Promise<Ready | null> {
    const { conversation, originId, payload, encryption, for: addressee } = entry;
    const outbound = { conversation, originId, payload, encryption, for: addressee };
    const tried = { op: "outbox.tried" as const, args: { account, originId, now: Date.now() } };
    if (encryption === "none") {
      const [waits] = await store.write(tried);
      return waits ? { ...outbound, encryption } : null;
    }
    let waits = false;
    try {
      const ready = await encrypt.message(outbound, await rule.recipients(conversation.jid), async (changes) => {
        [waits] = await store.write(tried, { op: "omemo.apply", args: { account, changes, now: Date.now() } });
      });
      return waits ? ready : null;
    } catch (error) {
      if (!(error instanceof CannotEncrypt)) throw error;
      await fail({ from: conversation.jid, id: originId, condition: error.condition, text: "" });
      return null;
    }
  }

  /** @param of.from null: it is not a chat's other side that refuses it */
  async function fail({ from, id, condition, text }: Omit<Bounce, "from"> & { from: Jid | null }): Promise<void> {
    const chat =
      from ??
      (await store.read("outbox.pending", { account })).find(({ originId }) => originId === id)?.conversation.jid;
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
      const { jid } = entry.conversation;
      if (!underWay.has(entry.originId)) chats.set(jid, [...(chats.get(jid) ?? []), entry]);
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
    async send(draft) {
      const args = { account, originId: randomUUID(), now: Date.now(), draft };
      const [queued] = await store.write({ op: "outbox.queue", args });
      if (queued === null) return null;
      checkpoint("queued");
      const { message, chat } = queued;
      if (message === null && "id" in draft) publish("messages.changed", { changed: [], removed: [draft.id] });
      tell(message === null ? [] : [message], [chat]);
      flush();
      return queued;
    },
    async retry(id) {
      const [back] = await store.write({ op: "outbox.retry", args: { account, id, originId: randomUUID() } });
      if (back === null) throw new CommandError("not-found", "no failed message with this id");
      checkpoint("queued");
      tell([back.message], [back.chat]);
      flush();
    },
    async discard(id) {
      const [gone] = await store.write({ op: "outbox.discard", args: { account, id } });
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

export const unchangeable = (): CommandError => new CommandError("not-found", "it cannot be changed");

/** @returns the message as it is now @throws {CommandError} where it cannot be done */
export function sent(queued: Awaited<ReturnType<Outbox["send"]>>): Message {
  if (queued === null || queued.message === null) throw unchangeable();
  return queued.message;
}
