/**
 * The rooms of a service, and what each room announces about itself (XEP-0045 §6, XEP-0030 with the pages of XEP-0059).
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import { domainOf, isBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import type { FoundRoom, RoomTraits } from "../../../shared/model/room.ts";
import { fallback } from "../../log/log.ts";
import { roomAvatarHash } from "../pubsub/avatars.ts";
import { NS_MODERATE, NS_MODERATE_0 } from "../message/parts/retractions.ts";
import { formValues } from "../services/forms.ts";
import { NotARoom, StanzaError, type Stream } from "../stream.ts";
import type { RoomIntents } from "../room-intents.ts";
import { servicesOf } from "../services/services.ts";
import { NS_MUC } from "./presence.ts";

const NS_INFO = "http://jabber.org/protocol/disco#info";
const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const NS_RSM = "http://jabber.org/protocol/rsm";
const PAGE = 50;
/** Number of rooms of a page that are asked for their traits at the same time. */
const AT_ONCE = 8;

interface Info {
  name: string;
  traits: RoomTraits;
  features: ReadonlySet<string>;
  /** Null: it does not say what it is. */
  isRoom: boolean | null;
  /** SHA-1 of the room's picture (XEP-0486). Null: none. */
  avatar: string | null;
  occupants: number | null;
  language: string;
}

export interface RoomDirectory {
  /** @throws {NotARoom} and as `Stream.request` */
  info(room: BareJid): Promise<Info>;
  intents: Pick<RoomIntents, "find" | "services">;
}

/**
 * Whether rooms can be at an address, by what it says of itself (XEP-0045 §6.1, §6.4); null: it says nothing. A service
 * with a wrong identity still announces the feature.
 */
function isForRooms(query: Element | undefined): boolean | null {
  const identities = (query?.getChildren("identity") ?? []).slice(0, 50);
  const isMuc = (query?.getChildren("feature") ?? []).slice(0, 200).some((one) => one.attrs["var"] === NS_MUC);
  if (isMuc || identities.some((one) => one.attrs["category"] === "conference")) return true;
  return identities.length === 0 ? null : false;
}

export function roomDirectory(stream: Pick<Stream, "request" | "account">): RoomDirectory {
  const disco = async (to: string, xmlns: string, ...children: Element[]): Promise<Element | undefined> =>
    (await stream.request(xml("iq", { type: "get", to }, xml("query", { xmlns }, ...children)))).getChild(
      "query",
      xmlns,
    );

  async function info(room: BareJid): Promise<Info> {
    const query = await disco(room, NS_INFO);
    const features = new Set(
      (query?.getChildren("feature") ?? []).slice(0, 200).map((one) => String(one.attrs["var"]).slice(0, 256)),
    );
    const form = formValues(
      query
        ?.getChildren("x", "jabber:x:data")
        .find((one) => formValues(one).get("FORM_TYPE")?.[0] === `${NS_MUC}#roominfo`),
    );
    const value = (name: string): string => form.get(`muc#roominfo_${name}`)?.[0] ?? "";
    const occupants = Number.parseInt(value("occupants"), 10);
    return {
      name: String(query?.getChild("identity")?.attrs["name"] ?? "").slice(0, 256),
      traits: {
        membersOnly: features.has("muc_membersonly"),
        nonAnonymous: features.has("muc_nonanonymous"),
        moderated: features.has("muc_moderated"),
        persistent: features.has("muc_persistent"),
        public: !features.has("muc_hidden"),
        password: features.has("muc_passwordprotected"),
        archived: features.has("urn:xmpp:mam:2"),
        removesMessages: features.has(NS_MODERATE) || features.has(NS_MODERATE_0),
        description: value("description").slice(0, 1024),
      },
      features,
      isRoom: isForRooms(query),
      avatar: roomAvatarHash(form),
      occupants: Number.isInteger(occupants) && occupants >= 0 ? occupants : null,
      language: value("lang").slice(0, 35),
    };
  }

  /**
   * A room that does not exist yet, and a person who tells strangers nothing, both answer by an error: then the service
   * is asked.
   * @throws {NotARoom} and as `Stream.request`
   */
  async function infoOfRoom(room: BareJid): Promise<Info> {
    const found = await info(room).catch((error: unknown) => {
      if (error instanceof StanzaError) return error;
      throw error;
    });
    const isRoom =
      found instanceof StanzaError || found.isRoom === null
        ? await disco(domainOf(room), NS_INFO)
            .then(isForRooms)
            .catch(fallback(null, "xmpp/muc", "a service does not describe itself"))
        : found.isRoom;
    if (isRoom === false) throw new NotARoom();
    if (found instanceof StanzaError) throw found;
    return found;
  }

  async function find(service: BareJid, after: string | null): Promise<{ rooms: FoundRoom[]; next: string | null }> {
    const set = xml(
      "set",
      { xmlns: NS_RSM },
      xml("max", {}, String(PAGE)),
      ...(after === null ? [] : [xml("after", {}, after)]),
    );
    const query = await disco(service, NS_ITEMS, set);
    const items = (query?.getChildren("item") ?? []).slice(0, 1000).flatMap((item) => {
      const jid = receivedJid(item.attrs["jid"]);
      return jid !== null && isBare(jid) && domainOf(jid) === service
        ? [{ jid, name: String(item.attrs["name"] ?? "").slice(0, 256) }]
        : [];
    });
    const rooms = await pLimit(AT_ONCE).map(items, async ({ jid, name }): Promise<FoundRoom> => {
      const found = await info(jid).catch(fallback(null, "xmpp/muc", "a room does not describe itself"));
      return {
        jid,
        name: found?.name || name,
        description: found?.traits.description ?? "",
        occupants: found?.occupants ?? null,
        language: found?.language ?? "",
      };
    });
    const paging = query?.getChild("set", NS_RSM);
    const last = paging?.getChildText("last") ?? null;
    const count = Number(paging?.getChildText("count"));
    const index = Number(paging?.getChild("first")?.attrs["index"]);
    const isEnd =
      last === null ||
      last === after ||
      items.length === 0 ||
      (Number.isInteger(count) && Number.isInteger(index) && index + items.length >= count);
    return { rooms, next: isEnd ? null : last };
  }

  return {
    info: infoOfRoom,
    intents: {
      find,
      services: () =>
        servicesOf(stream, (found) =>
          found
            .getChildren("identity")
            .some(({ attrs }) => attrs["category"] === "conference" && attrs["type"] === "text"),
        ),
    },
  };
}
