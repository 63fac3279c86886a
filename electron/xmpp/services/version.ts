/** Software version (XEP-0092), without the operating system for privacy. */
import { xml } from "@xmpp/client";
import type { Feature } from "../feature.ts";

const NS = "jabber:iq:version";

export const version = (software: { name: string; version: string }): Feature => ({
  name: "version",
  disco: [NS],
  answers: [
    {
      type: "get",
      name: "query",
      xmlns: NS,
      audience: "presence",
      answer: () => ({
        result: xml("query", { xmlns: NS }, xml("name", {}, software.name), xml("version", {}, software.version)),
      }),
    },
  ],
});
