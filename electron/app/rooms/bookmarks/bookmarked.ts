/** What our devices have bookmarked (XEP-0402): rooms come and go on all of them. */
import { localOf, type BareJid } from "../../../../shared/jid.ts";
import type { StoredRoom } from "../../../store/contract/index.ts";
import { type XmppClient } from "../../../xmpp/api.ts";
import { NotConnected, RequestTimeout, StanzaError } from "../../../xmpp/stream.ts";
import type { Bookmark, RoomEvent } from "../../../xmpp/room-events.ts";
import type { Live } from "../live.ts";

interface Ports {
  own: BareJid;
  rooms: ReadonlyMap<BareJid, Live>;
  /** The room, known from now on. */
  live(room: BareJid): Live;
  keep(room: Live, change: Partial<StoredRoom>): Promise<void>;
  tell(...rooms: BareJid[]): void;
  depart(room: BareJid): Promise<void>;
  enterSoon(room: BareJid): void;
  openChat(room: BareJid): Promise<void>;
  isOnline(): boolean;
}

/** Settles when it is committed. */
export async function applyBookmarks(
  { whole, changed, removed }: Extract<RoomEvent, { type: "bookmarks" }>,
  ports: Ports,
): Promise<void> {
  const { rooms, keep, tell, depart } = ports;
  for (const one of changed) await apply(one, ports);
  const named = new Set(changed.map(({ room }) => room));
  const missing = [...rooms.values()].flatMap(({ stored }) =>
    stored.bookmarked && !named.has(stored.jid) ? [stored.jid] : [],
  );
  for (const room of whole ? missing : removed) {
    const one = rooms.get(room);
    if (one === undefined) continue;
    await keep(one, { bookmarked: false, autojoin: false });
    // Another device of ours left it.
    if (one.state.state !== "left") await depart(room);
    tell(room);
  }
}

/**
 * @param notKept hears of one that the server cannot keep private
 * @throws as `BookmarkIntents.put`, but without a connection nothing happens: the next change, or the next session's
 * list, settles it
 */
export async function saveBookmark(
  client: Pick<XmppClient, "bookmarks">,
  { jid: room, name, nickname, password, autojoin }: StoredRoom,
  notKept: (room: BareJid) => void,
): Promise<void> {
  try {
    if (!(await client.bookmarks.put({ room, name, nickname, password, autojoin }))) notKept(room);
  } catch (error) {
    // A refusal keeps nobody out of the room.
    if (error instanceof StanzaError) notKept(room);
    else if (!(error instanceof NotConnected || error instanceof RequestTimeout)) throw error;
  }
}

async function apply({ room, name, nickname, password, autojoin }: Bookmark, ports: Ports): Promise<void> {
  const one = ports.live(room);
  const { stored } = one;
  const was = stored.autojoin;
  await ports.keep(one, {
    name: name === "" ? stored.name : name,
    nickname: nickname ?? (stored.nickname === "" ? localOf(ports.own) : stored.nickname),
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
