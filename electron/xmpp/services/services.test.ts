import { expect, it } from "vitest";
import { fixture, stanza } from "../testing/feature.ts";
import { hasFeature, servicesOf } from "./services.ts";

it("returns matching services in a stable order, without invalid addresses and services that do not answer", async () => {
  for (const order of [
    ["rooms", "conference", "upload", "silent"],
    ["silent", "upload", "conference", "rooms"],
  ]) {
    const { ports, answers } = fixture();
    const items = order.map((name) => `<item jid='${name}.example.org'/>`).join("");
    answers.push(() =>
      stanza(
        `<iq type='result'><query xmlns='http://jabber.org/protocol/disco#items'><item jid='@'/><item jid='a@b/c'/>${items}</query></iq>`,
      ),
    );
    for (const name of order) {
      const feature = name === "upload" ? "urn:xmpp:http:upload:0" : "muc";
      answers.push(() =>
        name === "silent"
          ? Promise.reject(new Error("no answer"))
          : stanza(
              `<iq type='result'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='${feature}'/></query></iq>`,
            ),
      );
    }
    expect(await servicesOf(ports.stream, (info) => hasFeature(info, "muc"))).toEqual([
      "conference.example.org",
      "rooms.example.org",
    ]);
  }
});
