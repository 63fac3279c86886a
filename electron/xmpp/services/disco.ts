/** Announces our identity and features: service discovery (XEP-0030) and entity capabilities in presence (XEP-0115). */
import { createHash } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { Feature, IqAnswer } from "../feature.ts";

const NS_INFO = "http://jabber.org/protocol/disco#info";
const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const NS_CAPS = "http://jabber.org/protocol/caps";
const NODE = "https://jackdaw.chat";

/** @param features returns all features of the client; called later, when the list is complete */
export function disco(features: () => readonly Feature[], software: { name: string }): Feature & { caps(): Element } {
  const identity = { category: "client", type: "pc", name: software.name };
  const vars = (): string[] => [...new Set(features().flatMap((feature) => feature.disco ?? []))].sort(byOctets);
  const ver = (): string => capsHash([identity], vars());

  function info(query: Element): IqAnswer {
    const node = query.attrs["node"] as string | undefined;
    if (node !== undefined && node !== `${NODE}#${ver()}`) return { refused: "item-not-found", type: "cancel" };
    const named = node === undefined ? {} : { node };
    const elements = vars().map((one) => xml("feature", { var: one }));
    return { result: xml("query", { xmlns: NS_INFO, ...named }, xml("identity", identity), ...elements) };
  }

  const items = (query: Element): IqAnswer =>
    query.attrs["node"] === undefined
      ? { result: xml("query", { xmlns: NS_ITEMS }) }
      : { refused: "item-not-found", type: "cancel" };

  return {
    name: "disco",
    disco: [NS_INFO, NS_ITEMS, NS_CAPS],
    answers: [
      { type: "get", name: "query", xmlns: NS_INFO, audience: "occupants", answer: info },
      { type: "get", name: "query", xmlns: NS_ITEMS, audience: "occupants", answer: items },
    ],
    caps: () => xml("c", { xmlns: NS_CAPS, hash: "sha-1", node: NODE, ver: ver() }),
  };
}

/** XEP-0115 §5.1 sorts by octets (i;octet). */
const byOctets = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The verification string (XEP-0115 §5.1) of an entity without extended information. */
export function capsHash(
  identities: readonly { category: string; type: string; name: string; lang?: string }[],
  features: readonly string[],
): string {
  const sortedIdentities = identities
    .map(({ category, type, lang, name }) => `${category}/${type}/${lang ?? ""}/${name}`)
    .sort(byOctets);
  const text = [...sortedIdentities, ...[...features].sort(byOctets)].map((one) => `${one}<`).join("");
  return createHash("sha1").update(text).digest("base64");
}
