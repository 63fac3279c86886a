/** Entity time (XEP-0202). */
import xml from "@xmpp/xml";
import { reply } from "./iq.ts";
import type { Feature, FeaturePorts } from "./ports.ts";

const NS = "urn:xmpp:time";

/** `+01:00` for an offset that `Date` counts the other way round, in minutes. */
export function zone(offset: number): string {
  const minutes = Math.abs(offset);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${offset > 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function time({ stream }: FeaturePorts): Feature {
  return {
    name: "time",
    disco: [NS],
    async stanza(stanza) {
      if (!stanza.is("iq") || stanza.attrs["type"] !== "get" || stanza.getChild("time", NS) === undefined) return false;
      const now = new Date();
      const told = xml("time", { xmlns: NS }, xml("tzo", {}, zone(now.getTimezoneOffset())), xml("utc", {}, now.toISOString()));
      await stream.send(reply(stanza, told));
      return true;
    },
  };
}
