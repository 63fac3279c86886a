/** Reads vCards: vCard4 (XEP-0292) if there is one, else the old format (XEP-0054). Text fields only. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { toBare, receivedJid } from "../../../shared/jid.ts";
import type { Card } from "../../../shared/model/service.ts";
import { type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";

const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
const NS_CARD4 = "urn:ietf:params:xml:ns:vcard-4.0";
const NS_TEMP = "vcard-temp";
const MOST = { entries: 100, each: 10, text: 4096, children: 500 };

export interface Vcards {
  /** Empty if there is none. @throws as `Stream.request` */
  read(jid: string): Promise<Card>;
}

type Field = Card[number]["field"];
/** Location of a field: the element names, outermost first, and the children that make up its text. */
type Place = readonly [Field, string, readonly string[]];

const CARD4: readonly Place[] = [
  ["name", "fn", ["text"]],
  ["nickname", "nickname", ["text"]],
  ["birthday", "bday", ["date", "date-time", "text"]],
  ["organisation", "org", ["text"]],
  ["title", "title", ["text"]],
  ["role", "role", ["text"]],
  ["email", "email", ["text"]],
  ["phone", "tel", ["text", "uri"]],
  ["address", "adr", ["pobox", "ext", "street", "code", "locality", "region", "country"]],
  ["jid", "impp", ["uri", "text"]],
  ["page", "url", ["uri", "text"]],
  ["language", "lang", ["language-tag"]],
  ["note", "note", ["text"]],
];
const TEMP: readonly Place[] = [
  ["name", "FN", []],
  ["nickname", "NICKNAME", []],
  ["birthday", "BDAY", []],
  ["organisation", "ORG", ["ORGNAME", "ORGUNIT"]],
  ["title", "TITLE", []],
  ["role", "ROLE", []],
  ["email", "EMAIL", ["USERID"]],
  ["phone", "TEL", ["NUMBER"]],
  ["address", "ADR", ["POBOX", "EXTADD", "STREET", "PCODE", "LOCALITY", "REGION", "CTRY"]],
  ["jid", "JABBERID", []],
  ["page", "URL", []],
  ["note", "DESC", []],
  ["note", "NOTE", []],
];

export function vcards({ stream, rooms }: Pick<FeaturePorts, "stream" | "rooms">): Vcards {
  return {
    async read(jid) {
      const whole = receivedJid(jid);
      // An account answers for its devices (XEP-0054 §3.3); occupants can only be reached at their room address.
      const to = whole === null || rooms.isRoom(toBare(whole)) ? jid : toBare(whole);
      const items = xml("items", { node: "urn:xmpp:vcard4" });
      const card4 = await stream
        .request(xml("iq", { type: "get", to }, xml("pubsub", { xmlns: NS_PUBSUB }, items)))
        .catch((error: unknown) => {
          // Users without vCard4 may have the old format.
          if (error instanceof StanzaError) return null;
          throw error;
        });
      const item = card4?.getChild("pubsub", NS_PUBSUB)?.getChild("items")?.getChild("item");
      const read = readCard(item?.getChild("vcard", NS_CARD4), CARD4);
      if (read.length > 0) return read;
      try {
        return readCard(
          (await stream.request(xml("iq", { type: "get", to }, xml("vCard", { xmlns: NS_TEMP })))).getChild(
            "vCard",
            NS_TEMP,
          ),
          TEMP,
        );
      } catch (error) {
        // §3.3: also the answer for an account that does not exist.
        if (
          error instanceof StanzaError &&
          (error.condition === "item-not-found" ||
            (error.condition === "service-unavailable" && whole !== null && whole.includes("@")))
        )
          return [];
        throw error;
      }
    },
  };
}

function readCard(card: Element | undefined, places: readonly Place[]): Card {
  const all = card?.getChildElements().slice(0, MOST.children) ?? [];
  const clean = (text: string): string => text.trim().slice(0, MOST.text);
  const textOf = (element: Element, parts: readonly string[]): string =>
    clean(
      parts.length === 0
        ? element.getText()
        : parts
            .flatMap((part) =>
              element
                .getChildren(part)
                .slice(0, MOST.each)
                .map((child) => clean(child.getText())),
            )
            .filter((text) => text !== "")
            .join(", "),
    );
  return places
    .flatMap(([field, name, parts]) => {
      const texts = all
        .filter((element) => element.name === name)
        .slice(0, MOST.each)
        .map((element) => textOf(element, parts));
      return [...new Set(texts)].filter((text) => text !== "").map((text) => ({ field, text }));
    })
    .slice(0, MOST.entries);
}
