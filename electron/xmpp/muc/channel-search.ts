/** Channel search (XEP-0433) at a search service. The service sees what the user types. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, localOf, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { FilledField, FormField } from "../../../shared/model/form.ts";
import type { FoundRoom, SearchAnswer, SearchRefusal } from "../../../shared/model/room.ts";
import { hiddenFields } from "../services/forms.ts";
import { StanzaError, type Stream } from "../stream.ts";
import { hasFeature, infoOf, servicesOf } from "../services/services.ts";

const NS = "urn:xmpp:channel-search:0:search";
const FORM_TYPE = "urn:xmpp:channel-search:0:search-params";
const NS_RSM = "http://jabber.org/protocol/rsm";
const PAGE = 30;
const MOST_ITEMS = 500;
/** Pause after a rate limit if the service names none, ms. */
const USUAL_WAIT = 10_000;

export interface ChannelSearch {
  /** Search services at our server. @throws as `Stream.request` */
  services(): Promise<BareJid[]>;
  /** The search form (§4.2.1). Null: the service offers no search. @throws as `Stream.request` */
  form(service: BareJid): Promise<FormField[] | null>;
  /** One page (§4.2.2). @param after `next` of the previous page @throws {NotConnected}, {RequestTimeout} */
  search(service: BareJid, fields: readonly FilledField[], after: string | null): Promise<SearchAnswer>;
}

export function channelSearch(stream: Pick<Stream, "request" | "account">): ChannelSearch {
  /** Until when a service accepts no search, ms since 1970. */
  const silentUntil = new Map<BareJid, number>();
  const forms = hiddenFields();
  const ask = (to: BareJid, ...content: Element[]): Promise<Element> =>
    stream.request(xml("iq", { type: "get", to }, xml("search", { xmlns: NS }, ...content)));

  function refused(service: BareJid, error: StanzaError): SearchAnswer {
    const why = whyOf(error.condition);
    // §5: no request before that time.
    if (why === "rate")
      silentUntil.set(service, Date.now() + (error.retryAfter === null ? USUAL_WAIT : error.retryAfter * 1000));
    return {
      rooms: [],
      next: null,
      refusal: { why, text: error.text, seconds: why === "rate" ? secondsOf(service) : null },
    };
  }
  const secondsOf = (service: BareJid): number =>
    Math.max(0, Math.ceil(((silentUntil.get(service) ?? 0) - Date.now()) / 1000));

  return {
    services: () => servicesOf(stream, (info) => hasFeature(info, NS)),
    async form(service) {
      try {
        if (!hasFeature(await infoOf(stream, service), NS)) return null;
        const form = (await ask(service)).getChild("search", NS)?.getChild("x", "jabber:x:data");
        return forms.read(service, form);
      } catch (error) {
        if (error instanceof StanzaError) return null;
        throw error;
      }
    },
    async search(service, fields, after) {
      const seconds = secondsOf(service);
      if (seconds > 0) return { rooms: [], next: null, refusal: { why: "rate", text: "", seconds } };
      const set = xml(
        "set",
        { xmlns: NS_RSM },
        xml("max", {}, String(PAGE)),
        ...(after === null ? [] : [xml("after", {}, after)]),
      );
      let result: Element | undefined;
      try {
        result = (await ask(service, set, forms.submission(service, FORM_TYPE, fields))).getChild("result", NS);
      } catch (error) {
        if (error instanceof StanzaError) return refused(service, error);
        throw error;
      }
      const items = (result?.getChildren("item") ?? []).slice(0, MOST_ITEMS);
      const paging = result?.getChild("set", NS_RSM);
      const last = paging?.getChildText("last")?.slice(0, 4096) ?? null;
      const isEnd = items.length === 0 || last === null || last === after;
      return { rooms: items.flatMap((item) => readItem(item) ?? []), next: isEnd ? null : last, refusal: null };
    },
  };
}

function whyOf(condition: string): SearchRefusal["why"] {
  switch (condition) {
    case "bad-request":
      return "terms";
    case "resource-constraint":
      return "rate";
    case "not-allowed":
    case "forbidden":
      return "all";
    default:
      return "other";
  }
}

/** @returns null for anything but a room of a kind that we can enter */
function readItem(item: Element): FoundRoom | null {
  const jid = tryJid(item.attrs["address"]);
  const kind = item.getChildText("service-type") ?? "xep-0045";
  if (jid === null || !isBare(jid) || localOf(jid) === "" || kind !== "xep-0045") return null;
  const text = (name: string, most: number): string => (item.getChildText(name) ?? "").slice(0, most);
  const people = text("nusers", 12);
  return {
    jid,
    name: text("name", 256),
    description: text("description", 1024),
    language: text("language", 35),
    occupants: /^\d{1,9}$/.test(people) ? Number(people) : null,
  };
}
