/** Entity time (XEP-0202). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { Feature } from "../feature.ts";

const NS = "urn:xmpp:time";

/** The zone as `+01:00`. @param offset in minutes, as of `Date.getTimezoneOffset`, which has the opposite sign */
export function zone(offset: number): string {
  const minutes = Math.abs(offset);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${offset > 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function now(): Element {
  const at = new Date();
  return xml("time", { xmlns: NS }, xml("tzo", {}, zone(at.getTimezoneOffset())), xml("utc", {}, at.toISOString()));
}

/** The zone reveals roughly where the user is (XEP-0202 §5), so room occupants get no answer. */
export const time = (): Feature => ({
  name: "time",
  disco: [NS],
  answers: [{ type: "get", name: "time", xmlns: NS, audience: "presence", answer: () => ({ result: now() }) }],
});
