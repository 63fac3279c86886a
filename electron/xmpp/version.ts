/** Software version (XEP-0092). The operating system is nobody's business and not told. */
import xml from "@xmpp/xml";
import { reply } from "./iq.ts";
import type { Feature, FeaturePorts } from "./ports.ts";

const NS = "jabber:iq:version";

export function version({ stream }: FeaturePorts, software: { name: string; version: string }): Feature {
  return {
    name: "version",
    disco: [NS],
    async stanza(stanza) {
      if (!stanza.is("iq") || stanza.attrs["type"] !== "get" || stanza.getChild("query", NS) === undefined) return false;
      await stream.send(reply(stanza, xml("query", { xmlns: NS }, xml("name", {}, software.name), xml("version", {}, software.version))));
      return true;
    },
  };
}
