/** What differs in sending between contacts, rooms and private messages of rooms. */
import { toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Outbound } from "../../model/outbound.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import type { Recipients } from "../omemo/encrypt.ts";
import { CannotEncrypt } from "../omemo/ports.ts";
import type { RoomEncryption } from "../rooms/members/encryption.ts";
import type { PrivateMessages } from "../rooms/private/private-messages.ts";
import type { Searchable } from "./archive/find-arrived.ts";

export interface OutboundRules {
  /** Something may go out there now; else it waits. */
  isOpen(jid: Jid): boolean;
  /** Why this one cannot go out any more, as the condition of its failure; null: it can. */
  obstacle(outbound: Outbound): string | null;
  /** Shows after an unclear end what has arrived. */
  archive(jid: Jid): Searchable;
  /** @throws {CannotEncrypt} {NotConnected} */
  recipients(jid: Jid): Promise<Recipients>;
}

interface Ports {
  client: () => Pick<XmppClient, "archive">;
  rooms: {
    isIn(room: BareJid): boolean;
    searchable(room: BareJid): Searchable;
    readonly encryption: Pick<RoomEncryption, "recipients">;
  };
  privately: Pick<PrivateMessages, "obstacle">;
}

export function outboundRules({ client, rooms, privately }: Ports): Record<Chat["kind"], OutboundRules> {
  const isIn = (jid: Jid): boolean => rooms.isIn(toBare(jid));
  const ownArchive = (): Searchable => client().archive;
  return {
    contact: {
      isOpen: () => true,
      obstacle: () => null,
      archive: ownArchive,
      recipients: async (jid) => ({ people: () => [toBare(jid)], areListed: false }),
    },
    room: {
      isOpen: isIn,
      obstacle: () => null,
      archive: (jid) => rooms.searchable(toBare(jid)),
      recipients: async (jid) => ({ people: await rooms.encryption.recipients(toBare(jid)), areListed: true }),
    },
    private: {
      isOpen: isIn,
      obstacle: privately.obstacle,
      archive: ownArchive,
      // Whose keys they would be cannot be told from a nickname.
      recipients: () => Promise.reject(new CannotEncrypt("omemo-room-anonymous")),
    },
  };
}
