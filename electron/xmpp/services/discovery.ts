/**
 * Queries identity, features and items of other entities (XEP-0030) for display. disco.ts answers such queries about
 * us.
 */
import { xml } from "@xmpp/client";
import { receivedJid } from "../../../shared/jid.ts";
import type { DiscoInfo, DiscoItems } from "../../../shared/model/service.ts";
import type { Stream } from "../stream.ts";
import { infoOf } from "./services.ts";

const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const MOST = { identities: 50, features: 500, items: 500, word: 128, name: 256, feature: 512, node: 1024 };

export interface Discovery {
  /** Identities and features, in order (§3). @param node empty for the address itself @throws as `Stream.request` */
  info(jid: string, node: string): Promise<DiscoInfo>;
  /** The items of an address or node (§4). @throws as `Stream.request` */
  items(jid: string, node: string): Promise<DiscoItems>;
}

export function discovery(stream: Pick<Stream, "request">): Discovery {
  const text = (value: unknown, most: number): string => String(value ?? "").slice(0, most);
  return {
    async info(jid, node) {
      const info = await infoOf(stream, jid, node === "" ? undefined : node);
      const identities = (info?.getChildren("identity") ?? []).slice(0, MOST.identities).map(({ attrs }) => ({
        category: text(attrs["category"], MOST.word),
        type: text(attrs["type"], MOST.word),
        name: text(attrs["name"], MOST.name),
      }));
      const features = (info?.getChildren("feature") ?? [])
        .slice(0, MOST.features)
        .map(({ attrs }) => text(attrs["var"], MOST.feature));
      return { identities, features: [...new Set(features)].filter((one) => one.trim() !== "").sort() };
    },
    async items(jid, node) {
      const query = xml("query", { xmlns: NS_ITEMS, ...(node === "" ? {} : { node }) });
      const all =
        (await stream.request(xml("iq", { type: "get", to: jid }, query)))
          .getChild("query", NS_ITEMS)
          ?.getChildren("item") ?? [];
      const items = all.slice(0, MOST.items).flatMap(({ attrs }) => {
        const item = receivedJid(attrs["jid"]);
        // A truncated node name would name another node.
        const of = String(attrs["node"] ?? "");
        return item === null || of.length > MOST.node
          ? []
          : [{ jid: item, node: of, name: text(attrs["name"], MOST.name) }];
      });
      return { items, cut: all.length > MOST.items };
    },
  };
}
