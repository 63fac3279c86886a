/**
 * Subscription requests (RFC 6121 §3.1): kept until the user answers them here, or on another device. The server tells
 * no device what another one answered, except by the roster.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { SubscriptionRequest } from "../../../shared/model/contact.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import type { Pending } from "./pending.ts";

interface Ports {
  store: Pick<Store, "read" | "write">;
  pending: Pending["requests"];
  /** As `Contacts.seePresence`. */
  seePresence: (jid: BareJid) => boolean;
}

/** Each method resolves when it is committed. */
export interface SubscriptionRequests {
  received(event: Extract<XmppEvent, { type: "subscription.requested" }>): Promise<void>;
  withdrawn(jid: BareJid): Promise<void>;
  /**
   * Removes requests of contacts who may see our presence: they were granted (RFC 6121 §3.1.6).
   * @param jid the contact that changed; null: all
   */
  granted(jid: BareJid | null): Promise<void>;
  sessionBegins(resumed: boolean): void;
  /** The server has answered what we asked behind our first presence. */
  settled(): Promise<void>;
}

export function createSubscriptionRequests(
  account: AccountId,
  { store, pending, seePresence }: Ports,
): SubscriptionRequests {
  /**
   * Requests received in a new session. The server repeats every unanswered one when we come online (RFC 6121 §3.1.3).
   * Null: it has done so, or the session was resumed.
   */
  let repeated: Set<BareJid> | null = null;

  async function removeIf(isSettled: (jid: BareJid) => boolean): Promise<void> {
    for (const one of await store.read("requests.all", {}))
      if (one.account === account && isSettled(one.jid)) await remove(one.jid);
  }

  async function remove(jid: BareJid): Promise<void> {
    const [wasThere] = await store.write({ op: "request.remove", args: { account, jid } });
    if (wasThere) pending.remove({ account, jid });
  }

  return {
    async received({ from: jid, nickname, message }) {
      repeated?.add(jid);
      const args: SubscriptionRequest = {
        ...{ account, jid, receivedAt: Date.now() },
        nickname: nickname.slice(0, 256),
        message: message.slice(0, 1024),
      };
      const [{ kept, removed }] = await store.write({ op: "request.put", args });
      for (const gone of removed) pending.remove({ account, jid: gone });
      if (kept !== null) pending.put(kept);
    },
    withdrawn: remove,
    async granted(jid) {
      if (jid === null || seePresence(jid)) await removeIf((one) => (jid === null || one === jid) && seePresence(one));
    },
    sessionBegins(resumed) {
      repeated = resumed ? null : new Set();
    },
    async settled() {
      const still = repeated;
      repeated = null;
      // What was not repeated was denied on another device.
      if (still !== null) await removeIf((jid) => !still.has(jid));
    },
  };
}
