/**
 * What others do to messages before (XEP-0424, XEP-0425, XEP-0444), as it comes live: stored with the count of what was
 * handled.
 */
import type { BareJid, Jid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Chat } from "../../../../shared/model/chat.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { Store, StoredAct } from "../../../store/contract/index.ts";
import type { XmppEvent } from "../../../xmpp/events.ts";
import { storedAmendment, storedRoomAmendment } from "./stored.ts";

type Event = Extract<XmppEvent, { type: "message.amended" | "room.amended" }>;

interface Ports {
  store: Store;
  own: BareJid;
  /** Tells the window. */
  changed(messages: Message[], chats: Chat[]): void;
}

/** Settles when it is committed. Nobody is notified of it, and nothing becomes unread. */
export async function receiveAmendment(
  account: AccountId,
  event: Event,
  { store, own, changed }: Ports,
): Promise<void> {
  const now = Date.now();
  const sentAt = Math.min(event.amendment.delayedAt ?? now, now);
  const what: { jid: Jid; inRoom: boolean; amendment: StoredAct } =
    event.type === "message.amended"
      ? { jid: event.amendment.chat, inRoom: false, amendment: storedAmendment(event.amendment, own, sentAt) }
      : {
          jid: event.amendment.room,
          inRoom: true,
          amendment: storedRoomAmendment(event.amendment, event.amendment.archiveId, sentAt),
        };
  const receive = { op: "amendment.receive" as const, args: { account, ...what } };
  const { handled } = event;
  const [outcome] =
    handled === undefined
      ? await store.write(receive)
      : await store.write(receive, { op: "memory.set", args: { account, key: "handled", value: handled } });
  if (outcome !== null) changed([outcome.message], [outcome.chat]);
}
