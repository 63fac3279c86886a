/** Incoming messages: stored once, told to the window, noticed by the user when he looks elsewhere. */
import type { AccountId } from "../../shared/model/primitives.ts";
import type { Store } from "../store/contract.ts";
import type { IncomingMessage } from "../xmpp/ports.ts";
import type { Attention } from "./attention.ts";
import type { Contacts } from "./contacts.ts";
import type { Host } from "./ports.ts";

/**
 * Takes one message in. Settles when it is committed: only then the stanza may count as handled
 * (XEP-0198 §4), so a crash before makes the server send it again.
 */
export async function receiveMessage(
  account: AccountId,
  incoming: IncomingMessage,
  ports: { store: Store; publish: Host["publish"]; attention: Attention; contacts: Contacts },
): Promise<void> {
  const { store, publish, attention, contacts } = ports;
  const [outcome] = await store.write({
    op: "message.receive",
    args: {
      account,
      chat: incoming.from,
      from: incoming.from,
      body: incoming.body,
      // A time in the future would stick to the end of the chat for ever.
      sentAt: Math.min(incoming.delayedAt ?? Date.now(), Date.now()),
      originId: incoming.originId,
      stanzaId: incoming.stanzaIdAttribute === "" ? null : incoming.stanzaIdAttribute,
      archiveId: incoming.archiveId,
    },
  });
  if (outcome.duplicate) return;
  publish("messages.changed", { changed: [outcome.message], removed: [] });
  publish("chats.changed", { changed: [outcome.chat], removed: [] });
  attention.message(outcome.message, outcome.chat, contacts.get(incoming.from)?.name ?? "");
}
