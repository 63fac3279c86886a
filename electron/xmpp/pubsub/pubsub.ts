/**
 * Nodes of publish-subscribe services (XEP-0060): subscribes the account, and reads items as text. Nodes of our account
 * are in pep.ts.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { nodeSubscriptionSchema, type NodeItems, type NodeSubscription } from "../../../shared/model/service.ts";
import type { Stream } from "../stream.ts";

const NS = "http://jabber.org/protocol/pubsub";
const MOST = { items: 20, id: 1024, text: 8192 };

export interface Pubsub {
  /** @returns the new state: some nodes require approval by their owners (§6.1). @throws as `Stream.request` */
  subscribe(jid: string, node: string): Promise<NodeSubscription>;
  /** §6.2. @throws as `Stream.request` */
  unsubscribe(jid: string, node: string): Promise<NodeSubscription>;
  /** The newest items, or one by id (§6.5). Empty if there are none. @throws as `Stream.request` */
  items(jid: string, node: string, item: string | null): Promise<NodeItems>;
}

export function pubsub({ account, request }: Pick<Stream, "account" | "request">): Pubsub {
  const ask = async (type: "get" | "set", to: string, what: Element): Promise<Element | undefined> =>
    (await request(xml("iq", { type, to }, xml("pubsub", { xmlns: NS }, what)))).getChild("pubsub", NS);
  /** @param silent the state if the answer contains none */
  const stateOf = (answer: Element | undefined, silent: NodeSubscription): NodeSubscription =>
    nodeSubscriptionSchema.safeParse(answer?.getChild("subscription")?.attrs["subscription"]).data ?? silent;
  return {
    subscribe: async (jid, node) =>
      stateOf(await ask("set", jid, xml("subscribe", { node, jid: account })), "subscribed"),
    unsubscribe: async (jid, node) =>
      stateOf(await ask("set", jid, xml("unsubscribe", { node, jid: account })), "none"),
    async items(jid, node, item) {
      const asked =
        item === null
          ? xml("items", { node, max_items: String(MOST.items) })
          : xml("items", { node }, xml("item", { id: item }));
      const items = (await ask("get", jid, asked))?.getChild("items")?.getChildren("item") ?? [];
      return items
        .slice(0, MOST.items)
        .map((one) => ({ id: String(one.attrs["id"] ?? "").slice(0, MOST.id), ...outline(one) }));
    },
  };
}

/** The content of an item as indented text, one element per line. */
function outline(item: Element): { text: string; cut: boolean } {
  let text = "";
  let cut = false;
  const visit = (element: Element, depth: number): void => {
    const words = element.children
      .filter((child) => typeof child === "string")
      .join(" ")
      .replace(/\s+/g, " ")
      .trim();
    text += `${"  ".repeat(depth)}${element.name}${words === "" ? "" : `: ${words}`}\n`;
    // Each level adds to the line length, so the length limit also limits the depth.
    for (const child of element.getChildElements()) {
      if (text.length > MOST.text) cut = true;
      else visit(child, depth + 1);
    }
  };
  for (const child of item.getChildElements()) if (text.length <= MOST.text) visit(child, 0);
  return { text: text.trimEnd().slice(0, MOST.text), cut: cut || text.length > MOST.text };
}
