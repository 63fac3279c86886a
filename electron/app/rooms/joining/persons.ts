/**
 * Addresses that are taken for rooms, by a link, an invitation or an earlier version, and are people's (XEP-0045 §6). A
 * person's chat must not become a room; where it has, it is made a chat again.
 */
import type { BareJid, Jid } from "../../../../shared/jid.ts";
import type { Chat } from "../../../../shared/model/chat.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { log, logged } from "../../../log/log.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { IsRoom } from "../../../xmpp/message/read.ts";
import { NotARoom } from "../../../xmpp/stream.ts";
import type { LiveRoom } from "../live.ts";

const notRestored = logged("app/rooms", "the chat of a person could not be restored from a room", "warn");

interface Ports {
  store: Pick<Store, "write">;
  client: () => Pick<XmppClient, "rooms" | "bookmarks" | "state">;
  rooms: ReadonlyMap<BareJid, LiveRoom>;
  sharesPresence: (jid: BareJid) => boolean;
  /** Drops what is known of the room. */
  forget(room: BareJid): void;
  /** Asks a room what it is, and restores a person's chat. */
  refresh(room: BareJid): void;
  /** @param removed private chats that are part of the person's chat now */
  restored(room: BareJid, chat: Chat | null, removed: readonly Jid[]): void;
}

export interface Persons {
  isRoom(jid: BareJid): IsRoom;
  /**
   * Asks an address that is not known as a room what it is.
   * @throws {NotARoom}
   */
  lookFirst(room: BareJid): Promise<void>;
  /** A contact's message came from an address that is known as a room: asks, once in a session, whether it is one. */
  doubt(room: BareJid): void;
  /** It is a person's address: makes it a chat again. @throws as `BookmarkIntents.remove` */
  restore(room: BareJid): Promise<void>;
  /** Restores the chats of contacts. */
  restoreContacts(): void;
  sessionBegins(): void;
}

export function createPersons(account: AccountId, ports: Ports): Persons {
  const { store, client, rooms, sharesPresence } = ports;
  const doubted = new Set<BareJid>();

  /** Presence is shared with people only. */
  const isPerson = (room: BareJid): boolean => sharesPresence(room) && rooms.get(room)?.state.state !== "joined";

  async function restore(room: BareJid): Promise<void> {
    const one = rooms.get(room);
    if (one === undefined) return;
    log.warn("app/rooms", "an address that was known as a room is that of a person");
    ports.forget(room);
    const [{ chat, removed }] = await store.write({ op: "room.isNone", args: { account, jid: room } });
    ports.restored(room, chat, removed);
    if (one.stored.bookmarked) await client().bookmarks.remove(room);
  }

  return {
    isRoom(jid) {
      const one = rooms.get(jid);
      if (one === undefined || isPerson(jid)) return false;
      return one.state.state === "left" ? "left" : true;
    },
    async lookFirst(room) {
      if (isPerson(room)) throw new NotARoom();
      if (rooms.has(room) || client().state.state !== "online") return;
      await client()
        .rooms.info(room)
        .catch((error: unknown) => {
          // It does not exist yet, or does not answer now: joining it reports the problem.
          if (error instanceof NotARoom) throw error;
          log.debug("app/rooms", "a room does not describe itself", error);
        });
    },
    doubt(room) {
      if (rooms.get(room)?.state.state !== "left" || doubted.has(room)) return;
      doubted.add(room);
      ports.refresh(room);
    },
    restore,
    restoreContacts() {
      for (const room of rooms.keys()) if (isPerson(room)) restore(room).catch(notRestored);
    },
    sessionBegins: () => doubted.clear(),
  };
}
