/**
 * The addressee of private messages of rooms (XEP-0045 §7.5). Somebody else can take over a nickname, and must not
 * receive messages written for the previous occupant.
 */
import { resourceOf, toBare, type FullJid, type Jid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Writer } from "../../../../shared/model/room.ts";
import { isSameOccupant } from "../../../../shared/same-occupant.ts";
import type { Outbound } from "../../../model/outbound.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { Rooms } from "../ports.ts";

export interface PrivateMessages {
  /** The addressee of a message written now: the present occupant, else the last one. */
  addressee(to: FullJid): Promise<Writer>;
  /** Why a message cannot be sent now, as its failure condition; null: it can. */
  obstacle(of: Pick<Outbound, "conversation" | "for">): "occupant-gone" | "occupant-changed" | null;
}

export function createPrivateMessages(
  account: AccountId,
  { store, rooms }: { store: Store; rooms: () => Pick<Rooms, "occupants"> },
): PrivateMessages {
  const there = (to: Jid): Writer | null => rooms().occupants.get(toBare(to), resourceOf(to).slice(0, 256));

  return {
    async addressee(to) {
      const now = there(to);
      if (now !== null) return { nickname: now.nickname, occupantId: now.occupantId, jid: now.jid };
      const { messages } = await store.read("messages.page", { account, jid: to, before: null, limit: 1 });
      return messages[0]?.writer ?? { nickname: resourceOf(to).slice(0, 256), occupantId: null, jid: null };
    },
    obstacle({ conversation, for: addressee }) {
      const now = there(conversation.jid);
      if (now === null) return "occupant-gone";
      return addressee !== null && isSameOccupant(addressee, now) === false ? "occupant-changed" : null;
    },
  };
}
