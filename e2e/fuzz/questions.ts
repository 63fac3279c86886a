/** Classifies the core's IQ requests by their element, to choose a matching answer. */
import { ROOMS } from "./names.ts";
import type { Question } from "./templates/answers.ts";
import { attribute, child, type Tree } from "./tree.ts";

const PUBSUB = "http://jabber.org/protocol/pubsub";
const BY_NODE: ReadonlyMap<string, Question> = new Map([
  ["urn:xmpp:bookmarks:1", "bookmarks"],
  ["urn:xmpp:mds:displayed:0", "displayed"],
  ["eu.siacs.conversations.axolotl.devicelist", "devices"],
  ["urn:xmpp:avatar:data", "avatar data"],
  ["urn:xmpp:vcard4", "vcard4"],
  ["storage:bookmarks", "nothing"],
]);
const BY_ELEMENT: ReadonlyMap<string, Question> = new Map([
  ["query http://jabber.org/protocol/disco#items", "items"],
  ["query jabber:iq:roster", "roster"],
  ["query jabber:iq:private", "old bookmarks"],
  ["vCard vcard-temp", "vcard"],
  ["query http://jabber.org/protocol/muc#admin", "affiliations"],
  ["query http://jabber.org/protocol/muc#owner", "configuration"],
  ["query jabber:iq:register", "registration"],
  ["command http://jabber.org/protocol/commands", "command"],
  ["search urn:xmpp:channel-search:0:search", "search"],
  ["prefs urn:xmpp:mam:2", "preferences"],
  ["request urn:xmpp:http:upload:0", "upload"],
]);

/** @param iq of type get or set */
export function questionIn(iq: Tree): Question {
  const asked = iq.children.find((one): one is Tree => typeof one !== "string");
  if (asked === undefined) return "nothing";
  const to = attribute(iq, "to") ?? "";
  const namespace = attribute(asked, "xmlns") ?? "";
  if (namespace === "http://jabber.org/protocol/disco#info")
    return !to.includes("@") && to.includes(".") && to !== "example.org"
      ? "info of a service"
      : isRoom(to)
        ? "info of a room"
        : "info of the server";
  if (namespace === PUBSUB && attribute(iq, "type") === "get") {
    const node = attribute(child(asked, "items") ?? asked, "node") ?? "";
    return BY_NODE.get(node) ?? (node.includes(".bundles:") ? "bundle" : "node");
  }
  if (namespace === PUBSUB && child(asked, "subscribe") !== undefined) return "node";
  const found = BY_ELEMENT.get(`${asked.name} ${namespace}`) ?? "nothing";
  // A set is answered by an empty result, except for commands and searches.
  return attribute(iq, "type") === "get" || found === "command" ? found : "nothing";
}

const isRoom = (to: string): boolean => ROOMS.some((room) => to.startsWith(room)) || to.includes("@rooms.");
