/** Incoming messages: decrypted and stored once, told to the window, noticed by the user when he looks elsewhere. */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import type { Notifications } from "./notifications.ts";
import type { Receipts } from "./receipts.ts";
import type { Encryption } from "../omemo/index.ts";
import { devicesUsed } from "../omemo/last-used.ts";
import { isUnreadable } from "../omemo/open.ts";
import type { Opened } from "../omemo/open-one.ts";
import type { OmemoChange } from "../../omemo/ports.ts";
import type { Host } from "../host.ts";

type ReceivedEvent = Extract<XmppEvent, { type: "message.received" }>;

interface Ports {
  store: Store;
  publish: Host["publish"];
  checkpoint: NonNullable<Host["checkpoint"]>;
  notifications: Notifications;
  nameOf(chat: Jid): string;
  receipts: Receipts;
  encryption: Pick<Encryption, "open">;
  own: BareJid;
}

/**
 * Takes one message in. Settles when it is committed, together with the ratchet that decrypted it and the count of what
 * was handled: only then the stanza counts (XEP-0198 §4), so a crash before makes the server send it again, and a crash
 * after does not.
 */
export async function receiveMessage(account: AccountId, event: ReceivedEvent, ports: Ports): Promise<void> {
  ports.checkpoint("received");
  await ports.encryption.open.message(event.message, async (opened, changes) => {
    if (event.message.encrypted !== null) ports.checkpoint("decrypted");
    await (opened === null ? keepKeys(account, event, changes, ports) : keep(account, event, opened, changes, ports));
  });
}

/** What belongs to every message that was taken in: ratchets, and how far the stream was handled. */
function belonging(account: AccountId, { handled }: ReceivedEvent, changes: OmemoChange[]) {
  return [
    ...(changes.length === 0 ? [] : [{ op: "omemo.apply" as const, args: { account, changes, now: Date.now() } }]),
    ...(handled === undefined
      ? []
      : [{ op: "memory.set" as const, args: { account, key: "handled", value: handled } }]),
  ];
}

/** Nothing to show: a message that only moved keys, or one that was read before. */
async function keepKeys(
  account: AccountId,
  event: ReceivedEvent,
  changes: OmemoChange[],
  { store, checkpoint }: Ports,
): Promise<void> {
  const operations = belonging(account, event, changes);
  if (operations.length > 0) await store.write(...operations);
  checkpoint("committed");
}

async function keep(
  account: AccountId,
  event: ReceivedEvent,
  opened: NonNullable<Opened>,
  changes: OmemoChange[],
  ports: Ports,
): Promise<void> {
  const { store, publish, notifications, nameOf, own } = ports;
  const { message, copied } = event;
  const { body, protection } = opened;
  const now = Date.now();
  // A time in the future would stick to the end of the chat for ever.
  const sentAt = Math.min(message.delayedAt ?? now, now);
  const [outcome] = await store.write(
    {
      op: "message.receive",
      args: {
        account,
        chat: message.chat,
        from: message.from,
        ...(message.occupant === undefined ? {} : { occupant: message.occupant }),
        body,
        sentAt,
        delayed: message.delayedAt !== null,
        markable: message.markable,
        originId: message.originId,
        messageId: message.messageId,
        archiveId: message.archiveId,
        protection,
        ...(message.replaces === undefined ? {} : { replaces: message.replaces }),
      },
    },
    ...belonging(account, event, changes),
    ...devicesUsed(account, [{ from: message.from, protection, at: sentAt }]),
  );
  ports.checkpoint("committed");
  // A repetition is confirmed, too: the first receipt may not have got out. What nobody can read has not arrived.
  if (!copied && !isUnreadable(protection)) ports.receipts.arrived(message);
  if (outcome.duplicate) return;
  publish("messages.changed", { changed: [outcome.message], removed: [] });
  publish("chats.changed", { changed: [outcome.chat], removed: [] });
  if (message.from !== own && !outcome.amended)
    notifications.message(outcome.message, outcome.chat, () => nameOf(message.chat));
}
