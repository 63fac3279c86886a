/**
 * Personal eventing (XEP-0163) for nodes of our own account: private storage (XEP-0223). An event counts only from our
 * own bare JID (CVE-2023-28686), and nothing private is published where the server could not keep it private.
 */
import xml, { type Element } from "@xmpp/xml";
import { tryJid } from "../../shared/jid.ts";
import { StanzaError, type Feature, type FeaturePorts } from "./ports.ts";
import type { ServerFeature } from "./server.ts";

const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
const NS_EVENT = `${NS_PUBSUB}#event`;
const OPTIONS = `${NS_PUBSUB}#publish-options`;
const NODE_CONFIG = `${NS_PUBSUB}#node_config`;
/** Items in one event or answer; more are no state of a person's. */
const MOST_ITEMS = 10_000;

/** One item of a node. */
export interface PepItem {
  id: string;
  payload: Element | undefined;
}

/** A private node: who hears of its events, and how it must be configured. */
export interface PepNode {
  name: string;
  /** Settings beyond `persist_items` and `access_model=whitelist`, such as `max_items`. */
  config: Readonly<Record<string, string>>;
  /** New items of our own account. Settles when they are committed. */
  changed(items: PepItem[]): Promise<void>;
}

export interface Pep extends Feature {
  /** Hears of a node's events from now on; announces `+notify` for it. Before the first session only. */
  follow(node: PepNode): void;
  /** Everything that a node holds. Empty where there is no such node. @throws as `Stream.request` */
  items(node: PepNode): Promise<PepItem[]>;
  /**
   * Publishes one item (XEP-0060 §7.1), private or not at all.
   * @returns false when the server cannot keep it private; nothing was published then
   * @throws as `Stream.request`
   */
  publish(node: PepNode, id: string, payload: Element): Promise<boolean>;
}

export function pep({ stream, emit }: FeaturePorts, server: Pick<ServerFeature, "has">): Pep {
  const nodes = new Map<string, PepNode>();
  const disco: string[] = [];
  const settings = (node: PepNode): Record<string, string> => ({ persist_items: "true", access_model: "whitelist", ...node.config });

  const publishing = (node: PepNode, id: string, payload: Element): Promise<Element> =>
    stream.request(
      xml("iq", { type: "set" },
        xml("pubsub", { xmlns: NS_PUBSUB },
          xml("publish", { node: node.name }, xml("item", { id }, payload)),
          xml("publish-options", {}, form(OPTIONS, settings(node)))),
      ),
    );

  /** The node was made with other settings, by another client or an older one (XEP-0060 §8.2). */
  const configure = (node: PepNode): Promise<Element> =>
    stream.request(
      xml("iq", { type: "set" },
        xml("pubsub", { xmlns: `${NS_PUBSUB}#owner` }, xml("configure", { node: node.name }, form(NODE_CONFIG, settings(node))))),
    );

  return {
    name: "pep",
    disco,
    follow(node) {
      nodes.set(node.name, node);
      disco.push(`${node.name}+notify`);
    },
    async stanza(stanza) {
      const event = stanza.is("message") && stanza.attrs["type"] !== "error" ? stanza.getChild("event", NS_EVENT) : undefined;
      if (event === undefined) return false;
      const items = event.getChild("items");
      const node = nodes.get(String(items?.attrs["node"]));
      if (node === undefined || items === undefined) return true;
      // An absent `from` is our own account (RFC 6120 §8.1.2.1).
      if (tryJid(stanza.attrs["from"] ?? stream.account) !== stream.account) {
        await emit({ type: "refused", what: "forged-pep-event" });
        return true;
      }
      await node.changed(readItems(items));
      return true;
    },
    async items(node) {
      try {
        const answer = await stream.request(xml("iq", { type: "get" }, xml("pubsub", { xmlns: NS_PUBSUB }, xml("items", { node: node.name }))));
        const items = answer.getChild("pubsub", NS_PUBSUB)?.getChild("items");
        return items === undefined ? [] : readItems(items);
      } catch (error) {
        if (error instanceof StanzaError && error.condition !== "internal-server-error") return [];
        throw error;
      }
    },
    async publish(node, id, payload) {
      // CVE-2018-6591: a server that ignores the options would show the item to every contact.
      if (!(await server.has(OPTIONS))) return false;
      try {
        await publishing(node, id, payload);
      } catch (error) {
        if (!(error instanceof StanzaError) || error.condition !== "conflict") throw error;
        await configure(node);
        await publishing(node, id, payload);
      }
      return true;
    },
  };
}

function form(type: string, settings: Record<string, string>): Element {
  const field = (name: string, value: string, attrs: Record<string, string> = {}): Element => xml("field", { var: name, ...attrs }, xml("value", {}, value));
  const fields = Object.entries(settings).map(([name, value]) => field(`pubsub#${name}`, value));
  return xml("x", { xmlns: "jabber:x:data", type: "submit" }, field("FORM_TYPE", type, { type: "hidden" }), ...fields);
}

const readItems = (items: Element): PepItem[] =>
  items.getChildren("item").slice(0, MOST_ITEMS).map((item) => ({ id: String(item.attrs["id"] ?? ""), payload: item.getChildElements()[0] }));
