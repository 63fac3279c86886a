/**
 * Sends receipts and display markers to contacts (XEP-0184, XEP-0333), and displayed positions to our own devices
 * (XEP-0490). Strangers receive nothing unless the user allows it.
 */
import pLimit from "p-limit";
import { isBare, toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Settings } from "../../../shared/model/settings.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store, UnsentDisplayed } from "../../store/contract/index.ts";
import type { Inbound } from "../../model/message.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import { logged } from "../../log/log.ts";
import type { Contacts } from "../contacts/contacts.ts";

/** Messages read within this time are reported together, ms. */
const TOGETHER = 500;

interface Ports {
  store: Store;
  contacts: Contacts;
  settings: () => Settings;
  own: BareJid;
  client: () => Pick<XmppClient, "state" | "messages" | "displayedSync">;
}

export interface Receipts {
  /**
   * Whether this contact may learn that we are online. RFC 6121 §3.1: those who may see our presence; others if the
   * user allows it.
   */
  mayKnow(jid: BareJid): boolean;
  /** A contact's message is committed. */
  arrived(inbound: Pick<Inbound, "author" | "ids" | "wishes">): void;
  /** Something was read: reports it soon, or when there is a connection. */
  read(): void;
}

export function createReceipts(account: AccountId, { store, contacts, settings, own, client }: Ports): Receipts {
  let timer: NodeJS.Timeout | null = null;
  const telling = pLimit(1);

  const mayKnow = (jid: BareJid): boolean => settings().answerStrangers || contacts.seePresence(jid);

  /** Only contacts receive markers; in rooms and private messages nobody does. */
  const hears = (jid: Jid): jid is BareJid => isBare(jid) && jid !== own && settings().sendReadMarkers && mayKnow(jid);

  async function tell({ jid, kind, displayed, synced, readUpTo }: UnsentDisplayed): Promise<void> {
    if (displayed !== null && kind === "contact" && hears(jid)) {
      await client().messages.confirmDisplayed(jid, displayed.id);
    }
    // Positions count as sent even if markers are off, so that enabling them later reports nothing of the past.
    await store.write({ op: "chat.displayedSent", args: { account, jid, upTo: { displayed: readUpTo, synced: -1 } } });
    if (synced !== null && settings().syncRead)
      await client().displayedSync.publish({
        chat: jid,
        by: kind === "room" ? toBare(jid) : own,
        archiveId: synced.id,
      });
    await store.write({ op: "chat.displayedSent", args: { account, jid, upTo: { displayed: -1, synced: readUpTo } } });
  }

  async function tellAll(): Promise<void> {
    if (client().state.state !== "online") return;
    // What cannot be sent now is sent when the next session begins.
    for (const one of await store.read("chats.unsentDisplayed", { account })) await tell(one);
  }

  return {
    mayKnow,
    arrived({ author, ids: { messageId }, wishes: { receipt: to } }) {
      if (messageId === null || to === null || author.outgoing || !settings().sendReceipts || !mayKnow(author.address))
        return;
      client().messages.confirmReceived(to, messageId).catch(logged("app", "a receipt could not be sent"));
    },
    read() {
      timer ??= setTimeout(() => {
        timer = null;
        telling(tellAll).catch(logged("app", "markers could not be sent"));
      }, TOGETHER).unref();
    },
  };
}
