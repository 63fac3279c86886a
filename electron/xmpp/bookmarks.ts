/**
 * Bookmarked rooms (XEP-0402), kept private by the server and in step on all our devices. What other clients keep in a
 * bookmark stays as it is. Older stores (XEP-0048 in private XML storage, XEP-0049) are read once, where there is nothing
 * else and the server does not keep both in step itself (XEP-0411).
 */
import xml, { type Element } from "@xmpp/xml";
import { isBare, tryJid, type BareJid } from "../../shared/jid.ts";
import type { FollowedNode, NodeChange, Pep, PepItem } from "./pep.ts";
import { StanzaError, type Feature, type FeaturePorts } from "./ports.ts";
import type { Bookmark } from "./room-events.ts";
import type { BookmarkIntents } from "./room-intents.ts";
import type { ServerFeature } from "./server.ts";

const NS = "urn:xmpp:bookmarks:1";
const NS_OLD = "storage:bookmarks";
const NS_PRIVATE = "jabber:iq:private";
const MOST = { name: 256, nickname: 256, password: 1024, rooms: 2_000 };

export function bookmarks({ stream, emit }: FeaturePorts, pep: Pep, server: Pick<ServerFeature, "has">): Feature & { intents: BookmarkIntents } {
  /** `<extensions/>` of other clients (XEP-0402 §3.1). */
  const extensions = new Map<BareJid, Element>();
  const node: FollowedNode = {
    name: NS,
    access: "whitelist",
    config: { max_items: "max", send_last_published_item: "never" },
    forged: "forged-bookmark",
    changed,
  };
  pep.follow(node);

  function read(items: readonly PepItem[]): Bookmark[] {
    return items.slice(0, MOST.rooms).flatMap(({ id, payload }) => {
      const room = roomOf(id);
      if (room === null || payload?.is("conference", NS) !== true) return [];
      const kept = payload.getChild("extensions");
      if (kept !== undefined) extensions.set(room, kept);
      return [readBookmark(room, payload)];
    });
  }

  async function changed({ items, retracted, emptied }: NodeChange): Promise<void> {
    const removed = retracted.flatMap((id) => roomOf(id) ?? []);
    const list = read(items);
    if (emptied || list.length + removed.length > 0) await emit({ type: "bookmarks", whole: emptied, changed: list, removed });
  }

  /** XEP-0049: what clients before XEP-0402 kept. */
  async function old(): Promise<Bookmark[]> {
    try {
      const answer = await stream.request(xml("iq", { type: "get" }, xml("query", { xmlns: NS_PRIVATE }, xml("storage", { xmlns: NS_OLD }))));
      const rooms = answer.getChild("query", NS_PRIVATE)?.getChild("storage", NS_OLD)?.getChildren("conference") ?? [];
      return rooms.slice(0, MOST.rooms).flatMap((one) => {
        const room = roomOf(String(one.attrs["jid"] ?? ""));
        return room === null ? [] : [readBookmark(room, one)];
      });
    } catch (error) {
      if (error instanceof StanzaError) return [];
      throw error;
    }
  }

  const intents: BookmarkIntents = {
    put: ({ room, name, nickname, password, autojoin }) =>
      pep.publish(
        node,
        room,
        xml(
          "conference",
          { xmlns: NS, autojoin: String(autojoin), ...(name === "" ? {} : { name }) },
          ...(nickname === null ? [] : [xml("nick", {}, nickname)]),
          ...(password === null ? [] : [xml("password", {}, password)]),
          ...(extensions.has(room) ? [extensions.get(room)!] : []),
        ),
      ),
    async remove(room) {
      const retract = xml("retract", { node: NS, notify: "true" }, xml("item", { id: room }));
      try {
        await stream.request(xml("iq", { type: "set" }, xml("pubsub", { xmlns: "http://jabber.org/protocol/pubsub" }, retract)));
      } catch (error) {
        if (!(error instanceof StanzaError) || error.condition !== "item-not-found") throw error;
      }
    },
  };

  return {
    name: "bookmarks",
    async online({ resumed }) {
      if (resumed) return;
      const items = await pep.items(node);
      const list = read(items);
      if (items.length > 0 || (await server.has(`${NS}#compat`)) || (await server.has(`${NS}#compat-pep`))) return emit({ type: "bookmarks", whole: items.length > 0, changed: list, removed: [] });
      const before = await old();
      for (const one of before) if (!(await intents.put(one).catch(() => false))) break;
      await emit({ type: "bookmarks", whole: false, changed: before, removed: [] });
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
    nickname: text("nick", MOST.nickname),
    password: text("password", MOST.password),
    autojoin: autojoin === "true" || autojoin === "1",
  };
}
