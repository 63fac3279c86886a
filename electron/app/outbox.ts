/**
 * Sending. A message is stored with its outbox entry before anything goes out; it leaves the outbox only
 * when the server acknowledged it (XEP-0198) or refused it for good. What was under way when a session ended
 * is sent again under the same origin-id (XEP-0359), so that receivers can tell.
 */
import { randomUUID } from "node:crypto";
import type { Chat } from "../../shared/model/chat.ts";
import type { Message } from "../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../shared/model/primitives.ts";
import type { Store } from "../store/contract.ts";
import { NotConnected, type XmppClient, type XmppEvent } from "../xmpp/ports.ts";
import { CommandError, type Host } from "./ports.ts";

type BounceEvent = Extract<XmppEvent, { type: "message.bounced" }>;

export interface Outbox {
  /** Stores the message and answers; sending goes on by itself. @throws {StoreError} and nothing was stored */
  send(chat: ChatKey, body: string): Promise<Message>;
  retry(id: MessageId): Promise<void>;
  discard(id: MessageId): Promise<void>;
  /** The stream is up: sends what waits, in order. */
  flush(): void;
  acked(tags: string[]): Promise<void>;
  /** These are under way again by themselves (a resumed session) and must not be sent a second time. */
  resent(tags: string[]): void;
  /** These went out on a session that is gone: they wait for the next `flush`. */
  unacked(tags: string[]): void;
  bounced(event: BounceEvent): Promise<void>;
}

export function createOutbox(
  account: AccountId,
  store: Store,
  client: () => Pick<XmppClient, "state" | "messages">,
  publish: Host["publish"],
): Outbox {
  /** Handed to the stream and not yet acknowledged. */
  const underWay = new Set<string>();
  let running: Promise<void> | null = null;
  let again = false;

  function tell(messages: Message[], chats: Chat[]): void {
    if (messages.length > 0) publish("messages.changed", { changed: messages, removed: [] });
    if (chats.length > 0) publish("chats.changed", { changed: chats, removed: [] });
  }

  /** One pass at a time, so that messages leave in the order in which they were written. */
  async function drain(): Promise<void> {
    do {
      again = false;
      for (const entry of await store.read("outbox.pending", { account })) {
        if (underWay.has(entry.originId)) continue;
        if (client().state.state !== "online") return;
        underWay.add(entry.originId);
        try {
          await store.write({ op: "outbox.tried", args: { account, originId: entry.originId } });
          await client().messages.send({ to: entry.to, originId: entry.originId, body: entry.body });
        } catch (error) {
          underWay.delete(entry.originId);
          if (error instanceof NotConnected) return;
          throw error;
        }
      }
    } while (again);
  }

  function flush(): void {
    if (running !== null) {
      again = true;
      return;
    }
    running = drain()
      // What could not be written or sent is still in the outbox, and the next flush takes it.
      .catch(() => undefined)
      .finally(() => {
        running = null;
        if (again) flush();
      });
  }

  return {
    async send(chat, body) {
      const args = { ...chat, body, originId: randomUUID(), now: Date.now() };
      const [queued] = await store.write({ op: "message.queue", args });
      tell([queued.message], [queued.chat]);
      flush();
      return queued.message;
    },
    async retry(id) {
      const [back] = await store.write({ op: "message.retry", args: { account, id } });
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
    flush,
    async acked(tags) {
      const [{ messages, chats }] = await store.write({ op: "outbox.acked", args: { account, originIds: tags } });
      for (const tag of tags) underWay.delete(tag);
      tell(messages, chats);
    },
    resent(tags) {
      for (const tag of tags) underWay.add(tag);
    },
    unacked(tags) {
      for (const tag of tags) underWay.delete(tag);
    },
    async bounced({ from, id, condition, text }) {
      const [failed] = await store.write({
        op: "outbox.failed",
        args: { account, chat: from, originId: id, condition, text },
      });
      underWay.delete(id);
      if (failed !== null) tell([failed.message], [failed.chat]);
    },
  };
}
