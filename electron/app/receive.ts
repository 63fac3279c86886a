/** Incoming messages: stored once, told to the window, noticed by the user when he looks elsewhere. */
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import type { Store } from "../store/contract.ts";
import type { XmppEvent } from "../xmpp/events.ts";
import type { Attention } from "./attention.ts";
import type { Confirmations } from "./confirmations.ts";
import type { Contacts } from "./contacts.ts";
import type { Host } from "./ports.ts";

type ReceivedEvent = Extract<XmppEvent, { type: "message.received" }>;

interface Ports {
  store: Store;
  publish: Host["publish"];
  checkpoint: NonNullable<Host["checkpoint"]>;
  attention: Attention;
  contacts: Contacts;
  confirmations: Confirmations;
  own: BareJid;
}

/**
 * Takes one message in. Settles when it is committed, together with the count of what was handled: only then the stanza
 * counts (XEP-0198 §4), so a crash before makes the server send it again, and a crash after does not.
 */
export async function receiveMessage(account: AccountId, { message, copied, handled }: ReceivedEvent, ports: Ports): Promise<void> {
  const { store, publish, attention, contacts, own } = ports;
  ports.checkpoint("received");
  const now = Date.now();
  const receive = {
    op: "message.receive" as const,
    args: {
      account,
      chat: message.chat,
      from: message.from,
      body: message.body,
      // A time in the future would stick to the end of the chat for ever.
      sentAt: Math.min(message.delayedAt ?? now, now),
      delayed: message.delayedAt !== null,
      markable: message.markable,
      originId: message.originId,
      stanzaId: message.stanzaIdAttribute === "" ? null : message.stanzaIdAttribute,
      archiveId: message.archiveId,
    },
  };
  const [outcome] =
    handled === undefined
      ? await store.write(receive)
      : await store.write(receive, { op: "memory.set", args: { account, key: "handled", value: handled } });
  ports.checkpoint("committed");
  // A repetition is confirmed, too: the first receipt may not have got out.
  if (!copied) ports.confirmations.arrived(message);
  if (outcome.duplicate) return;
  publish("messages.changed", { changed: [outcome.message], removed: [] });
  publish("chats.changed", { changed: [outcome.chat], removed: [] });
  if (message.from !== own) attention.message(outcome.message, outcome.chat, contacts.get(message.chat)?.name ?? "");
}
