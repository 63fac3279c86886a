/** What rooms there are, and what each announces of itself (XEP-0045 §6, XEP-0030 with the pages of XEP-0059). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import { domainOf, isBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { FoundRoom, RoomTraits } from "../../../shared/model/room.ts";
import { fallback } from "../../log/log.ts";
import { roomAvatarHash } from "../pubsub/avatars.ts";
import { NS_MODERATE, NS_MODERATE_0 } from "../message/parts/retractions.ts";
import { formValues } from "../services/forms.ts";
import type { Stream } from "../stream.ts";
import type { RoomIntents } from "../room-intents.ts";
import { servicesOf } from "../services/services.ts";
import { NS_MUC } from "./presence.ts";

const NS_INFO = "http://jabber.org/protocol/disco#info";
const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const NS_RSM = "http://jabber.org/protocol/rsm";
const PAGE = 50;
/** Rooms of a page that are asked what they are, at the same time. */
const AT_ONCE = 8;

interface Info {
  name: string;
  traits: RoomTraits;
  features: ReadonlySet<string>;
  /** SHA-1 of its picture (XEP-0486); null: none. */
  avatar: string | null;
  occupants: number | null;
  language: string;
}

export interface RoomDirectory {
  info(room: BareJid): Promise<Info>;
  intents: Pick<RoomIntents, "find" | "services">;
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
      avatar: roomAvatarHash(form),
      occupants: Number.isInteger(occupants) && occupants >= 0 ? occupants : null,
      language: value("lang").slice(0, 35),
    };
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
      const jid = tryJid(item.attrs["jid"]);
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
    info,
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
