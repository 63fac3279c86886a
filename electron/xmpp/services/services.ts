/** Finds services at our own server by their features (XEP-0030 §4). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { domainOf, isBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";
import type { Stream } from "../stream.ts";

const NS_INFO = "http://jabber.org/protocol/disco#info";
const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const MOST_SERVICES = 50;

/** The disco#info `query` of an address. @throws as `Stream.request` */
export async function infoOf(
  { request }: Pick<Stream, "request">,
  jid: string,
  node?: string,
): Promise<Element | undefined> {
  const query = xml("query", { xmlns: NS_INFO, ...(node === undefined ? {} : { node }) });
  return (await request(xml("iq", { type: "get", to: jid }, query))).getChild("query", NS_INFO);
}

export const hasFeature = (info: Element | undefined, feature: string): boolean =>
  info?.getChildren("feature").some(({ attrs }) => attrs["var"] === feature) ?? false;

/** @param fits selects by disco#info and address @returns sorted addresses @throws as `Stream.request` */
export async function servicesOf(
  stream: Pick<Stream, "request" | "account">,
  fits: (info: Element, jid: BareJid) => boolean,
): Promise<BareJid[]> {
  const answer = await stream.request(
    xml("iq", { type: "get", to: domainOf(stream.account) }, xml("query", { xmlns: NS_ITEMS })),
  );
  const items = answer.getChild("query", NS_ITEMS)?.getChildren("item").slice(0, MOST_SERVICES) ?? [];
  const jids = items
    .flatMap((item) => receivedJid(item.attrs["jid"]) ?? [])
    .filter((jid): jid is BareJid => isBare(jid));
  const found = await Promise.all(
    jids.map(async (jid) => {
      const info = await infoOf(stream, jid).catch(logged("xmpp", "a service does not describe itself"));
      return info !== undefined && fits(info, jid) ? [jid] : [];
    }),
  );
  // Servers list items in any order, which may change after a restart; the first service becomes the suggestion.
  return found.flat().toSorted();
}
