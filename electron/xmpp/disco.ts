/** What we are and can do: service discovery (XEP-0030) and its short form in presence (XEP-0115). */
import { createHash } from "node:crypto";
import xml, { type Element } from "@xmpp/xml";
import { refuse, reply } from "./iq.ts";
import type { Feature, FeaturePorts } from "./ports.ts";

const NS_INFO = "http://jabber.org/protocol/disco#info";
const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const NS_CAPS = "http://jabber.org/protocol/caps";
const NODE = "https://jackdaw.chat";

/** @param features all features of the client, asked when they are all there */
export function disco(
  { stream }: FeaturePorts,
  features: () => readonly Feature[],
  software: { name: string },
): Feature & { caps(): Element } {
  const identity = { category: "client", type: "pc", name: software.name };
  const vars = (): string[] => [...new Set(features().flatMap((feature) => feature.disco ?? []))].sort(byOctets);
  const ver = (): string => capsHash([identity], vars());

  return {
    name: "disco",
    disco: [NS_INFO, NS_ITEMS, NS_CAPS],
    async stanza(stanza) {
      if (!stanza.is("iq") || stanza.attrs["type"] !== "get") return false;
      const info = stanza.getChild("query", NS_INFO);
      const items = stanza.getChild("query", NS_ITEMS);
      if (info === undefined && items === undefined) return false;
      const node = (info ?? items)!.attrs["node"] as string | undefined;
      if (node !== undefined && (items !== undefined || node !== `${NODE}#${ver()}`)) {
        await stream.send(refuse(stanza, "item-not-found"));
        return true;
      }
      const named = node === undefined ? {} : { node };
      const answer =
        info === undefined
          ? xml("query", { xmlns: NS_ITEMS })
          : xml("query", { xmlns: NS_INFO, ...named }, xml("identity", identity), ...vars().map((one) => xml("feature", { var: one })));
      await stream.send(reply(stanza, answer));
      return true;
    },
    caps: () => xml("c", { xmlns: NS_CAPS, hash: "sha-1", node: NODE, ver: ver() }),
  };
}

/** XEP-0115 §5.1 sorts by octets (i;octet). */
const byOctets = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The verification string (XEP-0115 §5.1) of an entity without extended information. */
export function capsHash(identities: readonly { category: string; type: string; name: string; lang?: string }[], features: readonly string[]): string {
  const who = identities.map(({ category, type, lang, name }) => `${category}/${type}/${lang ?? ""}/${name}`).sort(byOctets);
  const text = [...who, ...[...features].sort(byOctets)].map((one) => `${one}<`).join("");
  return createHash("sha1").update(text).digest("base64");
}
