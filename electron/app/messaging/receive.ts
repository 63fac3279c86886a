/**
 * Handles an incoming message of any conversation: decrypts and stores it once, sends it to the window, and notifies
 * the user.
 */
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Decrypted, Inbound } from "../../model/message.ts";
import type { Invitation } from "../../model/payload.ts";
import type { OmemoChange } from "../../omemo/ports.ts";
import type { Store, InboundResult } from "../../store/contract/index.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import type { Host } from "../host.ts";
import { isUnreadable } from "../omemo/decrypt.ts";
import type { Encryption } from "../omemo/index.ts";
import { devicesUsed } from "../omemo/last-used.ts";
import type { Notifications } from "./notifications.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Receipts } from "./receipts.ts";
import type { Rules } from "./rules/rules.ts";

type InboundEvent = Extract<XmppEvent, { type: "inbound" }>;

interface Ports {
  store: Store;
  checkpoint: NonNullable<Host["checkpoint"]>;
  notifications: Notifications;
  receipts: Pick<Receipts, "arrived">;
  /** A chat state has arrived, or a live text, which ends the composing of its author. */
  heard(inbound: Inbound): void;
  encryption: Pick<Encryption, "decrypt">;
  outbox: Pick<Outbox, "bounced">;
  invited(inbound: Inbound, invitation: Invitation): Promise<void>;
  rules: Rules;
  /** Sends the changes to the window. */
  changed(messages: Message[], chats: Chat[]): void;
}

/**
 * Resolves when the message is committed together with the ratchet that decrypted it and the handled count. Only then
 * does the stanza count as handled (XEP-0198 §4): after a crash before that the server sends it again, after a later
 * one it does not.
 */
export async function receive(account: AccountId, event: InboundEvent, ports: Ports): Promise<void> {
  const { inbound } = event;
  const { conversation, payload } = inbound;
  const rules = ports.rules[conversation.kind];
  if (!rules.has(conversation)) return;
  if (payload.kind === "error") {
    const { target: id, condition, text } = payload;
    return ports.outbox.bounced({ from: conversation.jid, id, condition, text });
  }
  if (payload.kind === "chat-state") return ports.heard(inbound);
  if (payload.kind === "invitation") return ports.invited(inbound, payload);
  ports.checkpoint("received", inbound);
  const taken = await ports.encryption.decrypt.message(inbound, async (decrypted, changes) => {
    if (inbound.encrypted !== null) ports.checkpoint("decrypted", inbound);
    const done = await keep(account, event, decrypted === null ? null : rules.kept(decrypted), changes, ports.store);
    ports.checkpoint("committed", inbound);
    // A repetition is confirmed too, because the first receipt may be lost. An unreadable message counts as not
    // received.
    if (decrypted !== null && inbound.via !== "carbon" && !isUnreadable(decrypted.protection))
      ports.receipts.arrived(inbound);
    return done;
  });
  await rules.committed?.(inbound, taken);
  if (payload.kind === "text" && inbound.at === null) ports.heard(inbound);
  if (taken === null || (taken.messages.length === 0 && taken.chats.length === 0)) return;
  ports.changed(taken.messages, taken.chats);
  if (!taken.isNew || (inbound.at !== null && !rules.noticesDelayed)) return;
  const [message, chat] = [taken.messages[0], taken.chats[0]];
  const title = message?.direction === "in" ? rules.notice(message) : null;
  if (message !== undefined && chat !== undefined && title !== null) ports.notifications.message(message, chat, title);
}

/** @param decrypted null: nothing to show, for example a key transport message or one that was read before */
async function keep(
  account: AccountId,
  { handled }: InboundEvent,
  decrypted: Decrypted | null,
  changes: OmemoChange[],
  store: Store,
): Promise<InboundResult | null> {
  const now = Date.now();
  const belonging = [
    ...(changes.length === 0 ? [] : [{ op: "omemo.apply" as const, args: { account, changes, now } }]),
    ...(handled === undefined
      ? []
      : [{ op: "accountState.set" as const, args: { account, key: "handled", value: handled } }]),
    ...devicesUsed(account, [decrypted], now),
  ];
  if (decrypted !== null) {
    const [taken] = await store.write({ op: "inbound.take", args: { account, inbound: decrypted, now } }, ...belonging);
    return taken;
  }
  if (belonging.length > 0) await store.write(...belonging);
  return null;
}
