/**
 * Bookmarks whose last change by the user is not on the server (XEP-0402): there was no connection, or the server does
 * not keep them. They survive a restart, the server's list does not overwrite them, and every session tries again.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { log } from "../../../log/log.ts";
import type { Store, StoredRoom } from "../../../store/contract/index.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import { NotConnected, RequestTimeout, StanzaError } from "../../../xmpp/stream.ts";

const KEY = "unsaved-bookmarks";
const MOST = 2_000;

interface Ports {
  store: Pick<Store, "read" | "write">;
  client: () => Pick<XmppClient, "bookmarks">;
  get: (room: BareJid) => StoredRoom | null;
  /** Called if the server does not keep a bookmark that the user has just changed. */
  notKept: (room: BareJid) => void;
}

export interface UnsavedBookmarks {
  has(room: BareJid): Promise<boolean>;
  /**
   * Publishes the bookmark of a room that the user joins or leaves. It is unsaved from the beginning, so that a list of
   * the server that arrives meanwhile does not undo the change. Without a connection, it remains unsaved.
   * @param make joins or leaves the room
   * @throws as `make` and `BookmarkIntents.put`, except for a missing connection and a refusal
   */
  save(room: BareJid, make: () => Promise<StoredRoom>): Promise<void>;
  /** Another device has changed it since. Resolves when it is committed. */
  forget(room: BareJid): Promise<void>;
  /** Publishes what is unsaved. @throws as `save` */
  publish(): Promise<void>;
}

export function createUnsavedBookmarks(account: AccountId, { store, client, get, notKept }: Ports): UnsavedBookmarks {
  let known: Set<BareJid> | null = null;

  async function load(): Promise<Set<BareJid>> {
    if (known === null) {
      const kept = roomsIn(await store.read("accountState.get", { account, key: KEY }));
      known ??= kept;
    }
    return known;
  }

  async function change(room: BareJid, isUnsaved: boolean): Promise<void> {
    const rooms = await load();
    if (rooms.has(room) === isUnsaved || (isUnsaved && rooms.size >= MOST)) return;
    if (isUnsaved) rooms.add(room);
    else rooms.delete(room);
    const value = rooms.size === 0 ? null : JSON.stringify([...rooms]);
    await store.write({ op: "accountState.set", args: { account, key: KEY, value } });
  }

  /** @returns false if the server does not keep it; null without a connection */
  async function put({ jid: room, name, nickname, password, autojoin }: StoredRoom): Promise<boolean | null> {
    try {
      const isKept = await client().bookmarks.put({ room, name, nickname, password, autojoin });
      if (isKept) await change(room, false);
      return isKept;
    } catch (error) {
      // A refused bookmark must not keep us out of the room.
      if (error instanceof StanzaError) return false;
      if (error instanceof NotConnected || error instanceof RequestTimeout) return null;
      throw error;
    }
  }

  return {
    has: async (room) => (await load()).has(room),
    async save(room, make) {
      const was = (await load()).has(room);
      await change(room, true);
      const stored = await make().catch(async (error: unknown) => {
        if (!was) await change(room, false);
        throw error;
      });
      if ((await put(stored)) === false) notKept(room);
    },
    forget: (room) => change(room, false),
    async publish() {
      for (const room of [...(await load())]) {
        const stored = get(room);
        if (stored === null) await change(room, false);
        else if ((await put(stored)) === null) return;
      }
    },
  };
}

function roomsIn(kept: string | null): Set<BareJid> {
  try {
    const rooms: unknown = kept === null ? [] : JSON.parse(kept);
    return new Set(Array.isArray(rooms) ? rooms.map((room) => String(room) as BareJid) : []);
  } catch (error) {
    log.error("app/rooms", "the unsaved bookmarks could not be read", error);
    return new Set();
  }
}
