/** Bookmarks of our devices (XEP-0402): a bookmarked room is joined on all of them, a removed one is left. */
import { localOf, type BareJid } from "../../../../shared/jid.ts";
import type { StoredRoom } from "../../../store/contract/index.ts";
import type { Bookmark, RoomEvent } from "../../../xmpp/room-events.ts";
import type { LiveRoom } from "../live.ts";
import type { UnsavedBookmarks } from "./unsaved.ts";

interface Ports {
  own: BareJid;
  rooms: ReadonlyMap<BareJid, LiveRoom>;
  /** The record of the room, created if it is unknown. */
  live(room: BareJid): LiveRoom;
  keep(room: LiveRoom, change: Partial<StoredRoom>): Promise<void>;
  tell(...rooms: BareJid[]): void;
  depart(room: BareJid): Promise<void>;
  enterSoon(room: BareJid): void;
  openChat(room: BareJid): Promise<void>;
  isOnline(): boolean;
  unsaved: Pick<UnsavedBookmarks, "has" | "forget">;
}

/**
 * Resolves when it is committed.
 * @param isList what the server holds at the start of a session; else a change by another device
 */
export async function applyBookmarks(
  { whole, changed, removed }: Extract<RoomEvent, { type: "bookmarks" }>,
  isList: boolean,
  ports: Ports,
): Promise<void> {
  const { rooms, keep, tell, depart, unsaved } = ports;
  /** A change of the user that the server does not have yet is newer than its list. */
  const isOlder = async (room: BareJid): Promise<boolean> => {
    if (isList) return unsaved.has(room);
    await unsaved.forget(room);
    return false;
  };
  for (const one of changed) if (!(await isOlder(one.room))) await apply(one, ports);
  const named = new Set(changed.map(({ room }) => room));
  const missing = [...rooms.values()].flatMap(({ stored }) =>
    stored.bookmarked && !named.has(stored.jid) ? [stored.jid] : [],
  );
  for (const room of whole ? missing : removed) {
    const one = rooms.get(room);
    if (one === undefined || (await isOlder(room))) continue;
    await keep(one, { bookmarked: false, autojoin: false });
    // Another device of ours has left it.
    if (one.state.state !== "left") await depart(room);
    tell(room);
  }
}

async function apply({ room, name, nickname, password, autojoin }: Bookmark, ports: Ports): Promise<void> {
  const one = ports.live(room);
  const { stored } = one;
  const was = stored.autojoin;
  // The nickname that we have there now is known from the room; another one is for the next time.
  const isIn = one.state.state === "joined";
  await ports.keep(one, {
    name: name === "" ? stored.name : name,
    nickname: (isIn ? null : nickname) ?? (stored.nickname === "" ? localOf(ports.own) : stored.nickname),
    password: password ?? stored.password,
    autojoin,
    bookmarked: true,
  });
  ports.tell(room);
  if (autojoin && one.state.state === "left") {
    await ports.openChat(room);
    if (ports.isOnline()) ports.enterSoon(room);
  } else if (was && !autojoin && one.state.state === "joined") await ports.depart(room);
}
