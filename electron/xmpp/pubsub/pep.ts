/**
 * Personal eventing (XEP-0163): nodes of our own account, private (XEP-0223) or open to everybody, and the open ones of
 * others. An event of a private node counts only from our own bare JID (CVE-2023-28686), and nothing private is
 * published where the server could not keep it private.
 */
import xml, { type Element } from "@xmpp/xml";
import { isBare, localOf, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { Refused } from "../events.ts";
import { StanzaError, type Feature, type FeaturePorts } from "../ports.ts";
import type { ServerFeature } from "../services/server.ts";

const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
const NS_EVENT = `${NS_PUBSUB}#event`;
const NS_OWNER = `${NS_PUBSUB}#owner`;
const OPTIONS = `${NS_PUBSUB}#publish-options`;
const NODE_CONFIG = `${NS_PUBSUB}#node_config`;
/** Answers to who asks for what is not there, or not for him, or at an account or server without eventing. */
const NOTHING_THERE: ReadonlySet<string> = new Set([
  "item-not-found",
  "forbidden",
  "not-authorized",
  "service-unavailable",
  "feature-not-implemented",
]);
/** Items in one event or answer; more are no state of a person's. */
const MOST_ITEMS = 10_000;

/** One item of a node. */
export interface PepItem {
  id: string;
  payload: Element | undefined;
}

/** A node of ours, and how it must be configured. */
export interface NodeSettings {
  name: string;
  /** Who may read it (XEP-0060 §4.5): `whitelist` only our own devices. */
  access: "whitelist" | "open";
  /** Settings beyond `persist_items` and `access_model`, such as `max_items`. */
  config: Readonly<Record<string, string>>;
}

/** What an event tells of a node (XEP-0060 §7.1.2, §7.2.2, §8.4 and §8.5). */
export interface NodeChange {
  /** Whose node: our own account, or anybody for an open one. */
  from: BareJid;
  items: PepItem[];
  /** Ids of items that went away. */
  retracted: string[];
  /** The node was purged or deleted. */
  emptied: boolean;
}

/** A node that we hear of: of our own account, and when it is open of everybody who lets us. */
export interface FollowedNode extends NodeSettings {
  /** What an event is counted as that nobody may send who sent it. */
  forged: Refused;
  /** Settles when the change is committed. */
  changed(change: NodeChange): Promise<void>;
}

export interface Pep extends Feature {
  /** Hears of a node's events from now on; announces `+notify` for it. Before the first session only. */
  follow(node: FollowedNode): void;
  /** Everything that a node of ours holds. Empty where there is no such node. @throws as `Stream.request` */
  items(node: NodeSettings): Promise<PepItem[]>;
  /**
   * The newest item of somebody's node (XEP-0060 §6.5.7); more than one from servers that cannot tell.
   * @returns empty where there is no such node, or none that we may read: servers need not tell these apart
   * @throws as `Stream.request`
   */
  latest(of: BareJid, node: string): Promise<PepItem[]>;
  /**
   * Publishes one item (XEP-0060 §7.1), private or not at all.
   * @returns false when the server cannot keep it private; nothing was published then
   * @throws as `Stream.request`
   */
  publish(node: NodeSettings, id: string, payload: Element): Promise<boolean>;
  /** Deletes a node of ours (XEP-0060 §8.4). @throws {StanzaError} `item-not-found`; as `Stream.request` */
  remove(node: string): Promise<void>;
}

export function pep({ stream, emit }: FeaturePorts, server: Pick<ServerFeature, "has">): Pep {
  const nodes = new Map<string, FollowedNode>();
  const disco: string[] = [];
  const settings = ({ access, config }: NodeSettings): Record<string, string> => ({
    persist_items: "true",
    access_model: access,
    ...config,
  });
  const ask = (type: "get" | "set", xmlns: string, ...children: Element[]): Promise<Element> =>
    stream.request(xml("iq", { type }, xml("pubsub", { xmlns }, ...children)));

  /** @param options null: without any */
  const publishing = (
    node: NodeSettings,
    id: string,
    payload: Element,
    options: Record<string, string> | null,
  ): Promise<Element> =>
    ask(
      "set",
      NS_PUBSUB,
      xml("publish", { node: node.name }, xml("item", { id }, payload)),
      ...(options === null ? [] : [xml("publish-options", {}, form(OPTIONS, options))]),
    );

  /** The node was made with other settings, by another client or an older one (XEP-0060 §8.2). */
  const configure = (node: NodeSettings): Promise<Element> =>
    ask("set", NS_OWNER, xml("configure", { node: node.name }, form(NODE_CONFIG, settings(node))));

  const configureIfCan = (node: NodeSettings): Promise<unknown> =>
    configure(node).catch((error: unknown) => {
      if (!(error instanceof StanzaError)) throw error;
    });

  /** Who may say this of a node; null for everybody else. */
  function speaker(stanza: Element, node: FollowedNode): BareJid | null {
    // An absent `from` is our own account (RFC 6120 §8.1.2.1).
    const from = tryJid(stanza.attrs["from"] ?? stream.account);
    if (from === stream.account) return from as BareJid;
    // A person's server speaks with the person's bare address, which no device and no occupant of a room can bear.
    const anybody = node.access === "open" && stanza.attrs["type"] !== "groupchat";
    return anybody && from !== null && isBare(from) && localOf(from) !== "" ? from : null;
  }

  return {
    name: "pep",
    disco,
    follow(node) {
      nodes.set(node.name, node);
      disco.push(`${node.name}+notify`);
    },
    async stanza(stanza) {
      const event =
        stanza.is("message") && stanza.attrs["type"] !== "error" ? stanza.getChild("event", NS_EVENT) : undefined;
      if (event === undefined) return false;
      const told = event.getChild("items") ?? event.getChild("purge") ?? event.getChild("delete");
      const node = nodes.get(String(told?.attrs["node"]));
      if (node === undefined || told === undefined) return true;
      const from = speaker(stanza, node);
      if (from === null) {
        await emit({ type: "refused", what: node.forged });
        return true;
      }
      const retracted = told
        .getChildren("retract")
        .slice(0, MOST_ITEMS)
        .map((one) => String(one.attrs["id"] ?? ""));
      await node.changed({ from, items: readItems(told), retracted, emptied: told.name !== "items" });
      return true;
    },
    async items(node) {
      try {
        return itemsIn(await ask("get", NS_PUBSUB, xml("items", { node: node.name })));
      } catch (error) {
        if (error instanceof StanzaError && error.condition !== "internal-server-error") return [];
        throw error;
      }
    },
    async latest(of, node) {
      const query = xml("pubsub", { xmlns: NS_PUBSUB }, xml("items", { node, max_items: "1" }));
      try {
        return itemsIn(await stream.request(xml("iq", { type: "get", to: of }, query)));
      } catch (error) {
        if (error instanceof StanzaError && NOTHING_THERE.has(error.condition)) return [];
        throw error;
      }
    },
    async publish(node, id, payload) {
      if (!(await server.has(OPTIONS))) {
        // CVE-2018-6591: a server that ignores the options would show the item to every contact.
        if (node.access === "whitelist") return false;
        await publishing(node, id, payload, null);
        // It is published; where the server will not open the node, at least contacts can read it.
        await configureIfCan(node);
        return true;
      }
      try {
        await publishing(node, id, payload, settings(node));
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        if (error.condition === "conflict") {
          await configure(node);
          await publishing(node, id, payload, settings(node));
        } else {
          // ejabberd takes only the options that it knows; who may read it is among them, else this is refused as well.
          if (Object.keys(node.config).length === 0) throw error;
          await publishing(node, id, payload, settings({ ...node, config: {} }));
          await configureIfCan(node);
        }
      }
      return true;
    },
    async remove(node) {
      await ask("set", NS_OWNER, xml("delete", { node }));
    },
  };
}

function form(type: string, settings: Record<string, string>): Element {
  const field = (name: string, value: string, attrs: Record<string, string> = {}): Element =>
    xml("field", { var: name, ...attrs }, xml("value", {}, value));
  const fields = Object.entries(settings).map(([name, value]) => field(`pubsub#${name}`, value));
  return xml("x", { xmlns: "jabber:x:data", type: "submit" }, field("FORM_TYPE", type, { type: "hidden" }), ...fields);
}

function itemsIn(answer: Element): PepItem[] {
  const items = answer.getChild("pubsub", NS_PUBSUB)?.getChild("items");
  return items === undefined ? [] : readItems(items);
}

const readItems = (items: Element): PepItem[] =>
  items
    .getChildren("item")
    .slice(0, MOST_ITEMS)
    .map((item) => ({ id: String(item.attrs["id"] ?? ""), payload: item.getChildElements()[0] }));
