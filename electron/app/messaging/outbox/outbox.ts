/**
 * Sends messages. A message is stored together with its outbox entry before anything is sent. The entry is removed only
 * when the server acknowledges it (XEP-0198), the archive contains it, or it is refused for good. Entries that were
 * under way when a session ended are sent again under the same origin-id (XEP-0359), so that receivers can detect
 * duplicates.
 */
import { randomUUID } from "node:crypto";
import type { Chat } from "../../../../shared/model/chat.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import type { Jid } from "../../../../shared/jid.ts";
import { logged } from "../../../log/log.ts";
import type { Conversation } from "../../../model/conversation.ts";
import type { Draft } from "../../../model/outbound.ts";
import type { OutboxEntry, Store } from "../../../store/contract/index.ts";
import type { PreparedOutbound } from "../../../xmpp/message/write.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import { StanzaTooLarge } from "../../../xmpp/stream/stanza-limit.ts";
import { findArrived } from "../archive/find-arrived.ts";
import type { Encrypt } from "../../omemo/encrypt.ts";
import { CannotEncrypt } from "../../omemo/ports.ts";
import { CommandError, type Host } from "../../host.ts";
import type { Uploads } from "../../media/uploads/uploads.ts";
import { createSuspects } from "./suspects.ts";
import type { OutboundRules } from "./outbound-rules.ts";

/** An error answer to one of our messages. */
interface Bounce {
  /** The conversation that sent it. */
  from: Jid;
  /** The `id` attribute of our message. */
  id: string;
  condition: string;
  text: string;
}

export interface Outbox {
  /**
   * Stores a message or change, which is shown at once and sent when possible.
   * @returns null: not possible. `message` is null for the retraction of a message that was never sent, which is
   * deleted
   * @param now ms; the same for all that is sent at once, which stays in order
   * @throws {StoreError} and nothing was stored
   */
  send(draft: Draft, now?: number): Promise<{ message: Message | null } | null>;
  retry(id: MessageId): Promise<void>;
  discard(id: MessageId): Promise<void>;
  /** The stream is up and the archive can be read: sends waiting entries in order. */
  ready(): void;
  /** We have joined a room: sends entries that wait for it. */
  roomJoined(): void;
  /** The files of a message are uploaded: sends it. */
  uploaded(): void;
  /** The files of an entry cannot be uploaded, so it fails. */
  uploadFailed(entry: OutboxEntry, failure: { condition: string; text: string }): Promise<void>;
  /** The stream has ended. @param refused the server's reason if it ended the stream because of our input */
  offline(refused?: string | null): void;
  /** Catching up has found these in the archive and updated their messages. */
  foundInArchive(originIds: string[]): void;
  acked(tags: string[]): Promise<void>;
  /** A resumed session sends these again by itself; they must not be sent a second time. */
  resent(tags: string[]): void;
  /** These were sent in a session that has ended; they wait for the next `flush`. */
  unacked(tags: string[]): void;
  bounced(of: Bounce): Promise<void>;
}

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "messages">;
  rules: Record<Chat["kind"], OutboundRules>;
  encrypt: Pick<Encrypt, "message">;
  uploads: Pick<Uploads, "waitFor" | "forget">;
  publish: Host["publish"];
  checkpoint: NonNullable<Host["checkpoint"]>;
  /** A text is sent now. @returns whether it says that we are active (XEP-0085) */
  sending(conversation: Conversation): boolean;
  /** The room says that we are no longer in it. */
  enterAgain(room: Jid): void;
}

export function createOutbox(
  account: AccountId,
  { store, client, rules, encrypt, uploads, publish, checkpoint, sending, enterAgain }: Ports,
): Outbox {
  /** Passed to the stream and not yet acknowledged. */
  const underWay = new Set<string>();
  /** Chats whose entries are being sent; true: more were added. One run at a time keeps the order of each chat. */
  const busy = new Map<Jid, boolean>();
  const suspects = createSuspects();
  /** Sent a second time because a room had lost us; there is no third time. */
  const sentAgain = new Set<string>();
  /**
   * The current session once the archive can be read; another object: another session. `missing`: entries that the
   * archive did not show in it, and that were not sent since.
   */
  let session: { missing: Set<string> } | null = null;

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

  /** Sends the entries of one chat in the order in which they were written. @throws {NotConnected} */
  async function sendTo(jid: Jid, entries: OutboxEntry[], mine: NonNullable<typeof session>): Promise<void> {
    const rule = rules[entries[0]!.conversation.kind];
    if (!rule.isOpen(jid)) return;
    // The first try may have arrived: ask the archive before a second.
    const unclear = entries.filter((entry) => entry.attempts > 0 && !mine.missing.has(entry.originId));
    if (unclear.length > 0) {
      await arrived(await findArrived(rule.archive(jid), jid, unclear));
      for (const { originId } of unclear) mine.missing.add(originId);
    }
    const withFiles = new Set<number>();
    for (const entry of entries) {
      // In another session earlier entries may be waiting again: its own flush sends them all in order.
      if (session !== mine) return;
      const { originId } = entry;
      const obstacle = rule.obstacle(entry);
      if (obstacle !== null) {
        await fail({ from: jid, id: originId, condition: obstacle, text: "" });
        continue;
      }
      // Later messages do not wait for a large file, but what was sent with it does.
      if (uploads.waitFor(entry)) withFiles.add(entry.writtenAt);
      if (withFiles.has(entry.writtenAt)) continue;
      const ready = await prepare(entry, rule);
      if (session !== mine) return;
      if (ready === null || underWay.has(originId)) continue;
      // One of several messages ended the stream: send each alone, so that the next end shows which.
      if (suspects.some && underWay.size > 0) return;
      underWay.add(originId);
      mine.missing.delete(originId);
      suspects.sent(originId);
      try {
        const active = ready.payload.kind === "text" && sending(ready.conversation);
        await client().messages.send(active ? { ...ready, active } : ready);
      } catch (error) {
        underWay.delete(originId);
        if (!(error instanceof StanzaTooLarge)) throw error;
        await fail({ from: jid, id: originId, condition: "too-large", text: "" });
      }
    }
  }

  /**
   * Stores the try, and returns the payload to send; encryption is one transaction with the ratchets.
   * @returns null if the entry no longer waits. An entry that must be encrypted and cannot be fails; it is never sent
   * as plaintext
   */
  async function prepare(entry: OutboxEntry, rule: OutboundRules): Promise<PreparedOutbound | null> {
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

  /**
   * A room that has lost us, for example because its server was restarted, refuses with not-acceptable (XEP-0045 §7.4):
   * we join again and send what it refused once more.
   */
  async function bounced(bounce: Bounce): Promise<void> {
    const { from: room, id: refused } = bounce;
    if (bounce.condition === "not-acceptable" && !sentAgain.delete(refused)) {
      const originId = randomUUID();
      const [waits] = await store.write({ op: "outbox.again", args: { account, room, refused, originId } });
      if (waits !== null) {
        underWay.delete(refused);
        sentAgain.add(originId);
        settled(refused, waits);
        enterAgain(room);
        return flush();
      }
    }
    settled(refused, await setFailed(bounce, false));
  }

  /**
   * It cannot be sent. What has turned out to have arrived does not fail.
   * @param of.from null: in whichever chat it is
   */
  async function fail({ from, id, condition, text }: Omit<Bounce, "from"> & { from: Jid | null }): Promise<void> {
    const chat =
      from ??
      (await store.read("outbox.pending", { account })).find(({ originId }) => originId === id)?.conversation.jid;
    if (chat !== undefined) settled(id, await setFailed({ from: chat, id, condition, text }, true));
  }

  async function setFailed(
    { from, id, condition, text }: Bounce,
    waiting: boolean,
  ): Promise<{ message: Message; chat: Chat } | null> {
    const [failed] = await store.write({
      op: "outbox.failed",
      args: { account, chat: from, originId: id, condition, text, waiting },
    });
    underWay.delete(id);
    return failed;
  }

  function settled(id: string, changed: { message: Message; chat: Chat } | null): void {
    if (changed !== null) tell([changed.message], [changed.chat]);
    if (suspects.cleared([id])) flush();
  }

  async function drain(mine: NonNullable<typeof session>): Promise<void> {
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
        // Unsent entries remain in the outbox for the next flush.
        .catch(logged("app", "waiting messages could not be sent"))
        .finally(() => {
          const more = busy.get(jid) === true;
          busy.delete(jid);
          if (more) flush();
        });
    }
  }

  function flush(): void {
    if (session !== null) drain(session).catch(logged("app", "waiting messages could not be sent"));
  }

  const stagedOf = (message: MessageId): Promise<string[]> => store.read("files.stagedOf", { account, message });

  return {
    async send(draft, now = Date.now()) {
      const staged = draft.kind === "retraction" ? await stagedOf(draft.id) : [];
      const args = { account, originId: randomUUID(), now, draft };
      const [queued] = await store.write({ op: "outbox.queue", args });
      if (queued === null) return null;
      const { message, chat } = queued;
      checkpoint("queued", { conversation: chat, payload: draft });
      if (message === null && "id" in draft) {
        uploads.forget(draft.id, staged);
        publish("messages.changed", { changed: [], removed: [draft.id] });
      }
      tell(message === null ? [] : [message], [chat]);
      flush();
      return queued;
    },
    async retry(id) {
      const [back] = await store.write({ op: "outbox.retry", args: { account, id, originId: randomUUID() } });
      if (back === null) throw new CommandError("not-found", "no failed message with this id");
      checkpoint("queued", { conversation: back.chat, payload: { kind: "text" } });
      tell([back.message], [back.chat]);
      flush();
    },
    async discard(id) {
      const staged = await stagedOf(id);
      const [gone] = await store.write({ op: "outbox.discard", args: { account, id } });
      if (gone === null) throw new CommandError("not-found", "no failed message with this id");
      uploads.forget(id, staged);
      publish("messages.changed", { changed: [], removed: [id] });
      tell([], [gone.chat]);
    },
    ready() {
      session = { missing: new Set() };
      flush();
    },
    roomJoined: flush,
    uploaded: flush,
    async uploadFailed({ conversation, originId: id }, failure) {
      await fail({ from: conversation.jid, id, ...failure });
      flush();
    },
    offline(refused = null) {
      session = null;
      if (refused === null) return;
      const guilty = suspects.ended(underWay);
      if (guilty !== null)
        fail({ from: null, id: guilty, condition: "ended-stream", text: refused.slice(0, 512) }).catch(
          logged("app/outbox", "a refused message could not be marked as failed", "error"),
        );
    },
    acked: arrived,
    foundInArchive(originIds) {
      for (const one of originIds) underWay.delete(one);
    },
    resent(tags) {
      for (const tag of tags) underWay.add(tag);
    },
    unacked(tags) {
      for (const tag of tags) underWay.delete(tag);
    },
    bounced,
  };
}

export const notChangeable = (): CommandError => new CommandError("not-found", "this message cannot be changed");

/** @returns the message in its present form @throws {CommandError} if the change is not possible */
export function messageOf(queued: Awaited<ReturnType<Outbox["send"]>>): Message {
  if (queued === null || queued.message === null) throw notChangeable();
  return queued.message;
}
