/** A bookmark as an element, in the format of XEP-0402 and in the older one of XEP-0048. */
import { createHash } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, receivedJid, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { Bookmark } from "../room-events.ts";

export const NS_BOOKMARKS = "urn:xmpp:bookmarks:1";
export const MOST_ROOMS = 2_000;
const MOST = { name: 256, nickname: 256, password: 1024 };

/** Null if the id of an item or an attribute is not the address of a room. */
export function roomOf(id: unknown): BareJid | null {
  const jid = receivedJid(String(id ?? ""));
  return jid !== null && isBare(jid) && jid.includes("@") ? jid : null;
}

export function readBookmark(room: BareJid, element: Element): Bookmark {
  const { name = "", autojoin = "false" } = element.attrs as { name?: string; autojoin?: string };
  const text = (child: string, most: number): string | null => element.getChildText(child)?.slice(0, most) || null;
  return {
    room,
    name: String(name).slice(0, MOST.name),
    nickname: nicknameOf(element),
    password: text("password", MOST.password),
    autojoin: autojoin === "true" || autojoin === "1",
  };
}

/** The rooms of an old list (XEP-0048 §2.2); of those named twice, the last. */
export function readConferences(conferences: readonly Element[]): Map<BareJid, Bookmark> {
  const found = new Map<BareJid, Bookmark>();
  for (const one of conferences.slice(0, MOST_ROOMS)) {
    const room = roomOf(one.attrs["jid"]);
    if (room !== null) found.set(room, readBookmark(room, one));
  }
  return found;
}

/** Null if there is none, or if it breaks the rules of RFC 7622 §3.4; our own nickname is used then. */
function nicknameOf(element: Element): string | null {
  const nickname = element.getChildText("nick") ?? "";
  return nickname.length <= MOST.nickname && tryJid(`room/${nickname}`) !== null ? nickname : null;
}

/**
 * A bookmark in either format: the room address is an attribute in the old one (XEP-0048 §2.2), and the item id in the
 * new one.
 */
export function conferenceOf(
  { name, nickname, password, autojoin }: Bookmark,
  attrs: Record<string, string>,
  more: readonly Element[] = [],
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

/** The digest of the values of a bookmark: tells a change without a second copy of the password. */
export const digestOf = ({ name, nickname, password, autojoin }: Bookmark): string =>
  createHash("sha256")
    .update(JSON.stringify([name, nickname, password, autojoin]))
    .digest("base64")
    .slice(0, 22);
