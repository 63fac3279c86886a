/** Differences in sending between contacts, rooms and private messages of rooms. */
import { canCorrectAs } from "../../../../shared/correctable.ts";
import { toBare, type BareJid, type Jid } from "../../../../shared/jid.ts";
import type { Chat } from "../../../../shared/model/chat.ts";
import type { OutboxEntry, StoredRoom } from "../../../store/contract/index.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { Recipients } from "../../omemo/encrypt.ts";
import { CannotEncrypt } from "../../omemo/ports.ts";
import type { RoomEncryption } from "../../rooms/members/encryption.ts";
import type { PrivateMessages } from "../../rooms/private/private-messages.ts";
import type { SearchableArchive } from "../archive/find-arrived.ts";

export interface OutboundRules {
  /** Messages to this chat can be sent now; else they wait. */
  isOpen(jid: Jid): boolean;
  /** Why this message can never be sent, as its failure condition; null: it can. */
  obstacle(entry: OutboxEntry): string | null;
  /** The archive that shows whether a message arrived. */
  archive(jid: Jid): SearchableArchive;
  /** @throws {CannotEncrypt} {NotConnected} */
  recipients(jid: Jid): Promise<Recipients>;
}

interface Ports {
  client: () => Pick<XmppClient, "archive">;
  rooms: {
    isIn(room: BareJid): boolean;
    get(room: BareJid): Pick<StoredRoom, "nickname"> | null;
    searchable(room: BareJid): SearchableArchive;
    readonly encryption: Pick<RoomEncryption, "recipients">;
  };
  privately: Pick<PrivateMessages, "obstacle">;
}

export function outboundRules({ client, rooms, privately }: Ports): Record<Chat["kind"], OutboundRules> {
  const isIn = (jid: Jid): boolean => rooms.isIn(toBare(jid));
  const ownArchive = (): SearchableArchive => client().archive;
  return {
    contact: {
      isOpen: () => true,
      obstacle: () => null,
      archive: ownArchive,
      recipients: async (jid) => ({ people: () => [toBare(jid)], areListed: false }),
    },
    room: {
      isOpen: isIn,
      obstacle: ({ conversation: { jid }, correctsAs }) =>
        correctsAs === null || canCorrectAs(correctsAs, rooms.get(toBare(jid))) ? null : "nickname-changed",
      archive: (jid) => rooms.searchable(toBare(jid)),
      recipients: async (jid) => ({ people: await rooms.encryption.recipients(toBare(jid)), areListed: true }),
    },
    private: {
      isOpen: isIn,
      obstacle: privately.obstacle,
      archive: ownArchive,
      // A nickname does not identify the owner of a key.
      recipients: () => Promise.reject(new CannotEncrypt("omemo-room-anonymous")),
    },
  };
}
