/**
 * A channel search service (XEP-0433) as a component (XEP-0114) on a bare socket and the parser of xmpp.js: no Debian
 * package has one, and our own code must not judge itself.
 */
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { Parser, type Element } from "@xmpp/xml";
import { answers } from "./ports.ts";

export interface Channel {
  address: string;
  name: string;
  description: string;
  people: number;
  language: string;
  kind?: string;
}

export interface SearchService {
  /** Every search received, as text, oldest first. */
  readonly searches: readonly string[];
  /** Refuses the next search; `error` is written into its `<error/>`. */
  refuse(error: string): void;
  stop(): void;
}

export interface SearchServiceOptions {
  port: number;
  domain: string;
  secret: string;
  channels: readonly Channel[];
  /** Largest page. */
  page: number;
}

const NS = "urn:xmpp:channel-search:0:search";
const FORM = `<x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>urn:xmpp:channel-search:0:search-params</value></field>
<field type='text-single' var='q' label='Search for'/><field type='boolean' var='all' label='Return all entries'/>
<field type='boolean' var='sinname' label='Search in name'><value>true</value></field><field type='boolean' var='sindescription' label='Search in description'><value>true</value></field>
<field type='list-multi' var='types' label='Service types'><value>xep-0045</value><option label='MUC'><value>xep-0045</value></option><option label='MIX'><value>xep-0369</value></option></field>
<field type='list-single' var='key' label='Sort results by'><value>{urn:xmpp:channel-search:0:order}nusers</value>
<option label='Number of online users'><value>{urn:xmpp:channel-search:0:order}nusers</value></option><option label='Address'><value>{urn:xmpp:channel-search:0:order}address</value></option></field></x>`;

const escape = (text: string): string => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Prosody's configuration for it, to be placed before the first host. */
export const searchServiceConfig = ({
  port,
  domain,
  secret,
}: Omit<SearchServiceOptions, "channels" | "page">): string =>
  `component_ports = { ${port} }; component_interfaces = { "127.0.0.1" }\nComponent ${JSON.stringify(domain)}\n  component_secret = ${JSON.stringify(secret)}\n`;

/** Resolves when the server has accepted it. */
export async function startSearchService({
  port,
  domain,
  secret,
  channels,
  page,
}: SearchServiceOptions): Promise<SearchService> {
  for (const until = Date.now() + 20_000; !(await answers(port)) && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 25));
  const socket = connect(port, "127.0.0.1");
  const searches: string[] = [];
  let refusal: string | null = null;
  const parser = new Parser();

  function search(query: Element): string {
    const form = query.getChild("x");
    if (form === undefined) return `<search xmlns='${NS}'>${FORM}</search>`;
    const value = (name: string): string =>
      form
        .getChildren("field")
        .find((field) => field.attrs["var"] === name)
        ?.getChildText("value") ?? "";
    const words = value("q").toLowerCase();
    const byName = (one: Channel, other: Channel): number => (one.address < other.address ? -1 : 1);
    const sorted = [...channels].sort(
      value("key").endsWith("address") ? byName : (one, other) => other.people - one.people,
    );
    const fitting = sorted.filter(
      (one) => value("all") === "1" || `${one.name} ${one.description}`.toLowerCase().includes(words),
    );
    const set = query.getChild("set");
    const after = set?.getChildText("after") ?? null;
    const from = after === null ? 0 : fitting.findIndex((one) => one.address === after) + 1;
    const part = fitting.slice(from, from + Math.min(page, Number(set?.getChildText("max") ?? page)));
    const items = part.map(
      (one) =>
        `<item address='${escape(one.address)}'><name>${escape(one.name)}</name><description>${escape(one.description)}</description><nusers>${one.people}</nusers><language>${one.language}</language><service-type>${one.kind ?? "xep-0045"}</service-type><is-open/><unheard xmlns='of'/></item>`,
    );
    const paging =
      part.length === 0
        ? ""
        : `<set xmlns='http://jabber.org/protocol/rsm'><first>${escape(part[0]!.address)}</first><last>${escape(part.at(-1)!.address)}</last><max>${page}</max></set>`;
    return `<result xmlns='${NS}'>${items.join("")}${paging}</result>`;
  }

  function answer(iq: Element): string {
    const info = iq.getChild("query", "http://jabber.org/protocol/disco#info");
    if (info !== undefined)
      return `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='component' type='search' name='Search'/><feature var='${NS}'/></query>`;
    const query = iq.getChild("search", NS);
    if (query === undefined)
      return "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    if (query.getChild("x") !== undefined) {
      searches.push(query.toString());
      const error = refusal;
      refusal = null;
      if (error !== null) return `<error ${error}</error>`;
    }
    return search(query);
  }

  const ready = new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    parser.on("start", (stream: Element) => {
      const hash = createHash("sha1")
        .update(`${String(stream.attrs["id"])}${secret}`)
        .digest("hex");
      socket.write(`<handshake>${hash}</handshake>`);
    });
    parser.on("element", (stanza: Element) => {
      if (stanza.name === "handshake") return resolve();
      const { type, id, from, to } = stanza.attrs as Record<string, string>;
      if (stanza.name !== "iq" || (type !== "get" && type !== "set")) return;
      const content = answer(stanza);
      socket.write(
        `<iq type='${content.startsWith("<error") ? "error" : "result"}' id='${escape(id!)}' from='${to!}' to='${escape(from!)}'>${content}</iq>`,
      );
    });
    parser.on("error", reject);
  });
  socket.on("data", (data: Buffer) => parser.write(data.toString("utf8")));
  socket.write(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}'>`,
  );
  await ready;
  socket.on("error", () => undefined);
  return { searches, refuse: (error) => void (refusal = error), stop: () => socket.destroy() };
}
