/**
 * Bookmarked rooms (XEP-0402), kept private by the server and synchronized between our devices. Extensions of other
 * clients in a bookmark are preserved. If the server does not synchronize the old storage (old-bookmarks.ts), rooms
 * that older programs add there are imported, and our changes are written there as well if it is in use.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import { fallback, log } from "../../log/log.ts";
import { occupantAddress } from "../muc/entering.ts";
import { OLD_NODE, oldBookmarks } from "./old-bookmarks.ts";
import type { FollowedNode, NodeChange, Pep, PepItem } from "./pep.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";
import type { Bookmark } from "../room-events.ts";
import type { BookmarkIntents } from "../room-intents.ts";
import type { ServerFeature } from "../services/server.ts";

const NS = "urn:xmpp:bookmarks:1";
const MOST = { name: 256, nickname: 256, password: 1024, rooms: 2_000 };

export function bookmarks(
  { stream, emit, memory }: FeaturePorts,
  pep: Pep,
  server: Pick<ServerFeature, "has">,
): Feature & { intents: BookmarkIntents } {
  /** `<extensions/>` of other clients (XEP-0402 §3.1). */
  const extensions = new Map<BareJid, Element>();
  const old = oldBookmarks(stream, pep, server);
  /** The rooms with an XEP-0402 bookmark. */
  const current = new Set<BareJid>();
  const node: FollowedNode = {
    name: NS,
    access: "whitelist",
    config: { max_items: "max", send_last_published_item: "never" },
    forged: "forged-bookmark",
    changed,
  };
  pep.follow(node);
  pep.follow({
    ...OLD_NODE,
    forged: "forged-bookmark",
    async changed({ items }) {
      if (await old.isKeptByServer()) return;
      const added = await takeOver(items.flatMap(({ payload }) => payload?.getChildren("conference") ?? []));
      if (added.length > 0) await emit({ type: "bookmarks", whole: false, changed: added, removed: [] });
    },
  });

  function read(items: readonly PepItem[]): Bookmark[] {
    return items.slice(0, MOST.rooms).flatMap(({ id, payload }) => {
      const room = roomOf(id);
      if (room === null || payload?.is("conference", NS) !== true) return [];
      const kept = payload.getChild("extensions");
      if (kept !== undefined) extensions.set(room, kept);
      else extensions.delete(room);
      current.add(room);
      return [readBookmark(room, payload)];
    });
  }

  async function changed({ items, retracted, emptied }: NodeChange): Promise<void> {
    const removed = retracted.flatMap((id) => roomOf(id) ?? []);
    for (const room of emptied ? [...current] : removed) current.delete(room);
    const list = read(items);
    if (emptied || list.length + removed.length > 0)
      await emit({ type: "bookmarks", whole: emptied, changed: list, removed });
  }

  /**
   * Imports rooms that older programs have added since the last import. A room of an earlier import without an XEP-0402
   * bookmark was removed, and is not imported again. Without any XEP-0402 bookmark, every room is imported.
   */
  async function takeOver(conferences: readonly Element[]): Promise<Bookmark[]> {
    const found = conferences.slice(0, MOST.rooms).flatMap((one) => {
      const room = roomOf(String(one.attrs["jid"] ?? ""));
      return room === null ? [] : [readBookmark(room, one)];
    });
    const seen = readSeen(await memory.get("old-bookmarks"));
    const added = found.filter(({ room }) => !current.has(room) && (current.size === 0 || !seen.has(room)));
    const failed = fallback(false, "xmpp", "an old bookmark could not be taken over", "warn");
    for (const one of added) if (!(await publish(one).catch(failed))) break;
    await memory.set("old-bookmarks", JSON.stringify([...new Set([...found.map(({ room }) => room), ...current])]));
    return added;
  }

  async function publish(bookmark: Bookmark): Promise<boolean> {
    const kept = extensions.get(bookmark.room);
    const isKept = await pep.publish(
      node,
      bookmark.room,
      conferenceOf(bookmark, { xmlns: NS }, kept === undefined ? [] : [kept]),
    );
    if (isKept) current.add(bookmark.room);
    return isKept;
  }

  const intents: BookmarkIntents = {
    async put(bookmark) {
      const isKept = await publish(bookmark);
      if (await old.isKeptByServer()) return isKept;
      // A server that cannot keep a PEP node private still has private XML storage.
      const isKeptThere = await old.change(bookmark.room, conferenceOf(bookmark, { jid: bookmark.room }, []), !isKept);
      return isKept || isKeptThere;
    },
    async remove(room) {
      current.delete(room);
      const retract = xml("retract", { node: NS, notify: "true" }, xml("item", { id: room }));
      try {
        await stream.request(
          xml("iq", { type: "set" }, xml("pubsub", { xmlns: "http://jabber.org/protocol/pubsub" }, retract)),
        );
      } catch (error) {
        if (!(error instanceof StanzaError) || error.condition !== "item-not-found") throw error;
      }
      if (!(await old.isKeptByServer())) await old.change(room, null, false);
    },
  };

  return {
    name: "bookmarks",
    async online({ resumed }) {
      if (resumed) return;
      current.clear();
      const items = await pep.items(node);
      const list = read(items);
      const added = (await old.isKeptByServer()) ? [] : await takeOver(await old.read());
      await emit({ type: "bookmarks", whole: items.length > 0, changed: [...list, ...added], removed: [] });
    },
    intents,
  };
}

function roomOf(id: string): BareJid | null {
  const jid = tryJid(id);
  return jid !== null && isBare(jid) && jid.includes("@") ? jid : null;
}

function readBookmark(room: BareJid, element: Element): Bookmark {
  const { name = "", autojoin = "false" } = element.attrs as { name?: string; autojoin?: string };
  const text = (child: string, most: number): string | null => element.getChildText(child)?.slice(0, most) || null;
  return {
    room,
    name: String(name).slice(0, MOST.name),
    nickname: nicknameOf(room, element),
    password: text("password", MOST.password),
    autojoin: autojoin === "true" || autojoin === "1",
  };
}

/** Null if there is none, or if it is not valid in an address; our own nickname is used then. */
function nicknameOf(room: BareJid, element: Element): string | null {
  const nickname = element.getChildText("nick") ?? "";
  return nickname.length <= MOST.nickname && occupantAddress(room, nickname) !== null ? nickname : null;
}

/**
 * A bookmark in either format: the room address is an attribute in the old one (XEP-0048 §2.2), and the item id in the
 * new one.
 */
function conferenceOf(
  { name, nickname, password, autojoin }: Bookmark,
  attrs: Record<string, string>,
  more: readonly Element[],
): Element {
  const text = (child: string, value: string | null): Element[] => (value === null ? [] : [xml(child, {}, value)]);
  return xml(
    "conference",
    { ...attrs, autojoin: String(autojoin), ...(name === "" ? {} : { name }) },
    ...text("nick", nickname),
    ...text("password", password),
    ...more,
  );
}

function readSeen(kept: string | null): ReadonlySet<string> {
  try {
    const rooms: unknown = kept === null ? [] : JSON.parse(kept);
    return new Set(Array.isArray(rooms) ? rooms.map(String) : []);
  } catch (error) {
    log.warn("xmpp", "the list of old bookmarks cannot be read", error);
    return new Set();
  }
}
