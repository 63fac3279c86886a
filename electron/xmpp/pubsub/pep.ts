/**
 * Personal eventing (XEP-0163): nodes of our own account, private (XEP-0223) or open, and open nodes of other users. An
 * event of a private node is accepted from our own bare JID only (CVE-2023-28686), and nothing private is published on
 * a server that cannot keep it private.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, localOf, receivedJid, type BareJid } from "../../../shared/jid.ts";
import type { Refused } from "../events.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";

const NS_PUBSUB = "http://jabber.org/protocol/pubsub";
const NS_EVENT = `${NS_PUBSUB}#event`;
const NS_OWNER = `${NS_PUBSUB}#owner`;
const OPTIONS = `${NS_PUBSUB}#publish-options`;
const NODE_CONFIG = `${NS_PUBSUB}#node_config`;
/** Errors for a missing node, missing permission, or an account or server without PEP. */
const NOTHING_THERE: ReadonlySet<string> = new Set([
  "item-not-found",
  "forbidden",
  "not-authorized",
  "service-unavailable",
  "feature-not-implemented",
]);
/** Maximum number of items in one event or answer. */
const MOST_ITEMS = 10_000;
/** Values of `max_items` for a node of many items; not every server accepts `max` (XEP-0060 §16.4.4). */
const SIZES = ["max", "255", "100", "50"];
const ENOUGH = 50;
/** Errors of a publication that are not about its options, so other options do not help. */
const NOT_OPTIONS: ReadonlySet<string> = new Set([
  "forbidden",
  "not-authorized",
  "policy-violation",
  "service-unavailable",
  "internal-server-error",
  "item-not-found",
]);

export interface PepItem {
  id: string;
  payload: Element | undefined;
}

/** A node of ours and its required configuration. */
export interface NodeSettings {
  name: string;
  /** Who may read it (XEP-0060 §4.5): `whitelist` only our own devices. */
  access: "whitelist" | "open";
  /** The node keeps many items. Without it, one. */
  isMany?: true;
  /** Settings besides `persist_items`, `access_model` and `max_items`. */
  config: Readonly<Record<string, string>>;
}

/** `not-private`, `one-only`: nothing was published, because the node would be public, or keep one item only. */
export type Published = "kept" | "not-private" | "one-only";

/** The content of an event (XEP-0060 §7.1.2, §7.2.2, §8.4 and §8.5). */
export interface NodeChange {
  /** Owner of the node: our own account, or any user for an open node. */
  from: BareJid;
  items: PepItem[];
  /** Ids of retracted items. */
  retracted: string[];
  /** The node was purged or deleted. */
  emptied: boolean;
}

/** A node whose events we receive: of our own account, and if open, of every user who permits it. */
export interface FollowedNode extends NodeSettings {
  /** Gateways and other services have such a node, too. */
  ofDomains?: true;
  /** How an event from a wrong sender is counted. */
  forged: Refused;
  /** Resolves when the change is committed. */
  changed(change: NodeChange): Promise<void>;
}

export interface Pep extends Feature {
  /** Subscribes to events of the node by announcing `+notify`. Must be called before the first session. */
  follow(node: FollowedNode): void;
  /** All items of a node of ours; null: there is no such node, or we may not read it. @throws as `Stream.request` */
  items(node: NodeSettings): Promise<PepItem[] | null>;
  /**
   * The newest item of a user's node (XEP-0060 §6.5.7); several from servers that do not support this.
   * @returns empty if the node does not exist or is not readable, which servers need not distinguish
   * @throws as `Stream.request`
   */
  latest(of: BareJid, node: string): Promise<PepItem[]>;
  /** An item of a user's node by its id (XEP-0060 §6.5.8); null: none, or not readable. @throws as `Stream.request` */
  item(of: BareJid, node: string, id: string): Promise<PepItem | null>;
  /**
   * Publishes one item (XEP-0060 §7.1), never publicly if it is private, and never into a node of one item if it is one
   * of many.
   * @throws as `Stream.request`
   */
  publish(node: NodeSettings, id: string, payload: Element): Promise<Published>;
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

  /** @param options null publishes without options */
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

  /** The `max_items` that the server accepted for a node in this session; null: none. */
  const sizes = new Map<string, string | null>();

  /** Reconfigures a node that another or an older client created with other settings (XEP-0060 §8.2). */
  const configure = (node: NodeSettings): Promise<Element> =>
    ask("set", NS_OWNER, xml("configure", { node: node.name }, form(NODE_CONFIG, settings(node))));

  /** Reconfigures a node, or creates it (XEP-0060 §8.1.3). @returns false if the server refuses */
  async function isConfigured(node: NodeSettings): Promise<boolean> {
    try {
      await configure(node);
      return true;
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      if (error.condition !== "item-not-found") return false;
    }
    try {
      const config = xml("configure", {}, form(NODE_CONFIG, settings(node)));
      await ask("set", NS_PUBSUB, xml("create", { node: node.name }), config);
      return true;
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      return false;
    }
  }

  /** Whether the node keeps many items, although it cannot be configured by us (XEP-0060 §8.2.1). */
  async function isLarge(node: NodeSettings): Promise<boolean> {
    try {
      const answer = await ask("get", NS_OWNER, xml("configure", { node: node.name }));
      const fields = answer.getChild("pubsub", NS_OWNER)?.getChild("configure")?.getChild("x")?.getChildren("field");
      const size = fields?.find((one) => one.attrs["var"] === "pubsub#max_items")?.getChildText("value") ?? "";
      return size === "max" || (/^\d{1,9}$/.test(size) && Number(size) >= ENOUGH);
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      return false;
    }
  }

  /** Publishes one of many items with the first number of items that the server accepts. */
  async function publishOfMany(node: NodeSettings, id: string, payload: Element): Promise<Published> {
    const known = sizes.get(node.name);
    if (known === null) return "one-only";
    const bare = settings({ ...node, config: {} });
    for (const size of known === undefined ? SIZES : [known]) {
      const sized = { ...node, config: { ...node.config, max_items: size } };
      try {
        await publishing(node, id, payload, settings(sized));
      } catch (error) {
        if (!isAboutOptions(error)) throw error;
        // The node has other settings, or the server knows only some of the options.
        if (!(await isConfigured(sized))) continue;
        // These options include the access model, so privacy is preserved or the request fails again.
        await publishing(node, id, payload, bare);
      }
      sizes.set(node.name, size);
      return "kept";
    }
    if (!(await isLarge(node))) {
      sizes.set(node.name, null);
      return "one-only";
    }
    await publishing(node, id, payload, bare);
    return "kept";
  }

  const configureIfCan = (node: NodeSettings): Promise<unknown> =>
    configure(node).catch((error: unknown) => {
      if (!(error instanceof StanzaError)) throw error;
    });

  async function itemsOf(of: BareJid, items: Element): Promise<PepItem[]> {
    try {
      const query = xml("pubsub", { xmlns: NS_PUBSUB }, items);
      return itemsIn(await stream.request(xml("iq", { type: "get", to: of }, query)));
    } catch (error) {
      if (error instanceof StanzaError && NOTHING_THERE.has(error.condition)) return [];
      throw error;
    }
  }

  /** The owner of the node that the event is about; null if the sender is not entitled to it. */
  function ownerOf(stanza: Element, node: FollowedNode): BareJid | null {
    // An absent `from` is our own account (RFC 6120 §8.1.2.1).
    const from = receivedJid(stanza.attrs["from"] ?? stream.account);
    if (from === stream.account) return from as BareJid;
    // A server sends events from a user's bare JID or its own domain, which no device and no occupant can use.
    const anybody = node.access === "open" && stanza.attrs["type"] !== "groupchat";
    const mayOwn = from !== null && isBare(from) && (node.ofDomains === true || localOf(from) !== "");
    return anybody && mayOwn ? from : null;
  }

  return {
    name: "pep",
    disco,
    offline: () => sizes.clear(),
    follow(node) {
      nodes.set(node.name, node);
      disco.push(`${node.name}+notify`);
    },
    async stanza(stanza) {
      const event =
        stanza.is("message") && stanza.attrs["type"] !== "error" ? stanza.getChild("event", NS_EVENT) : undefined;
      if (event === undefined) return false;
      const change = event.getChild("items") ?? event.getChild("purge") ?? event.getChild("delete");
      const node = nodes.get(String(change?.attrs["node"]));
      if (node === undefined || change === undefined) return true;
      const from = ownerOf(stanza, node);
      if (from === null) {
        await emit({ type: "refused", what: node.forged });
        return true;
      }
      const retracted = change
        .getChildren("retract")
        .slice(0, MOST_ITEMS)
        .map((one) => String(one.attrs["id"] ?? ""));
      await node.changed({ from, items: readItems(change), retracted, emptied: change.name !== "items" });
      return true;
    },
    async items(node) {
      try {
        return itemsIn(await ask("get", NS_PUBSUB, xml("items", { node: node.name })));
      } catch (error) {
        if (error instanceof StanzaError && error.condition !== "internal-server-error") return null;
        throw error;
      }
    },
    latest: (of, node) => itemsOf(of, xml("items", { node, max_items: "1" })),
    async item(of, node, id) {
      const items = await itemsOf(of, xml("items", { node }, xml("item", { id })));
      return items.find((one) => one.id === id) ?? null;
    },
    async publish(node, id, payload) {
      if (!(await server.has(OPTIONS))) {
        // CVE-2018-6591: a server that ignores the options would show the item to every contact.
        if (node.access === "whitelist") return "not-private";
        await publishing(node, id, payload, null);
        // The item is published; if the server does not open the node, at least contacts can read it.
        await configureIfCan(node);
        return "kept";
      }
      if (node.isMany === true) return publishOfMany(node, id, payload);
      try {
        await publishing(node, id, payload, settings(node));
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        if (error.condition === "conflict") {
          await configure(node);
          await publishing(node, id, payload, settings(node));
        } else {
          // ejabberd accepts only the options that it knows. These always include the access model, so privacy is
          // preserved or the request fails again.
          if (Object.keys(node.config).length === 0) throw error;
          await publishing(node, id, payload, settings({ ...node, config: {} }));
          await configureIfCan(node);
        }
      }
      return "kept";
    },
    async remove(node) {
      await ask("set", NS_OWNER, xml("delete", { node }));
    },
  };
}

/**
 * A server out of resources says so with the type `wait`; then another number does not help. ejabberd refuses an
 * unknown option in the same way, and names it.
 */
const isAboutOptions = (error: unknown): boolean =>
  error instanceof StanzaError &&
  (error.type !== "wait" || error.text.includes("pubsub#")) &&
  !NOT_OPTIONS.has(error.condition);

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
