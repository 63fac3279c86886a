/** The PEP service (XEP-0163) and the private XML storage (XEP-0049) of a test server, with the limits of real ones. */
import xml, { type Element } from "@xmpp/xml";
import { StanzaError } from "../stream.ts";

const PUBSUB = "http://jabber.org/protocol/pubsub";
const PRIVATE = "jabber:iq:private";

interface Limits {
  /** Whether the server accepts this value of `max_items`; those it does not know, it refuses. */
  accepts?: (maxItems: string) => boolean;
  /** What `max` means; 1,000 unless specified. */
  most?: number;
  /** It ignores all options of a publication, and keeps one item. */
  isIgnorant?: boolean;
  /** Without private XML storage. */
  isWithoutPrivate?: boolean;
}

interface Node {
  maxItems: number;
  items: Map<string, Element>;
}

export class PepServer {
  readonly nodes = new Map<string, Node>();
  /** The content of `storage:bookmarks` in private XML storage. */
  storage: Element[] = [];
  limits: Limits;

  constructor(limits: Limits = {}) {
    this.limits = limits;
  }

  ids = (node: string): string[] => [...(this.nodes.get(node)?.items.keys() ?? [])];

  /** What another client does. */
  put(node: string, id: string, payload: Element): void {
    const kept = this.#made(node);
    kept.items.delete(id);
    kept.items.set(id, payload);
    for (const oldest of [...kept.items.keys()].slice(0, Math.max(0, kept.items.size - kept.maxItems)))
      kept.items.delete(oldest);
  }

  /** Answers an IQ, as `Stream.request` does. @throws {StanzaError} */
  answer = async (iq: Element): Promise<Element> => {
    const [query] = iq.getChildElements();
    if (query?.attrs["xmlns"] === PRIVATE) return this.#private(iq, query);
    const [act, more] = query?.getChildElements() ?? [];
    const node = String(act?.attrs["node"]);
    const form = (act?.name === "publish" || act?.name === "create" ? more : act)?.getChild("x", "jabber:x:data");
    switch (act?.name) {
      case "items":
        return this.#items(node);
      case "publish": {
        if (this.limits.isIgnorant !== true) {
          const size = form === undefined ? null : maxItemsIn(form);
          if (size !== null) this.#size(node, size, "precondition-not-met");
        }
        const item = act.getChild("item")!;
        this.put(node, String(item.attrs["id"]), item.getChildElements()[0]!);
        return xml("iq", { type: "result" });
      }
      case "create":
      case "configure": {
        if (act.name === "configure" && !this.nodes.has(node)) throw new StanzaError("item-not-found", "cancel", "");
        if (iq.attrs["type"] === "get") return this.#configuration(node);
        const size = form === undefined ? null : maxItemsIn(form);
        if (size !== null) this.#size(node, size, "not-acceptable", act.name === "configure");
        return xml("iq", { type: "result" });
      }
      case "retract": {
        const id = String(act.getChild("item")?.attrs["id"]);
        if (this.nodes.get(node)?.items.delete(id) !== true) throw new StanzaError("item-not-found", "cancel", "");
        return xml("iq", { type: "result" });
      }
    }
    throw new StanzaError("feature-not-implemented", "cancel", "");
  };

  #made(name: string): Node {
    const made = this.nodes.get(name) ?? { maxItems: 1, items: new Map<string, Element>() };
    this.nodes.set(name, made);
    return made;
  }

  #size(node: string, size: string, refusal: string, mayChange = false): void {
    const { accepts = () => true } = this.limits;
    if (!accepts(size)) throw new StanzaError(refusal === "not-acceptable" ? refusal : "conflict", "modify", refusal);
    const maxItems = size === "max" ? (this.limits.most ?? 1_000) : Number(size);
    const known = this.nodes.get(node);
    if (known !== undefined && known.maxItems !== maxItems && !mayChange)
      throw new StanzaError("conflict", "cancel", "precondition-not-met");
    this.#made(node).maxItems = maxItems;
  }

  #items(node: string): Element {
    const kept = this.nodes.get(node);
    if (kept === undefined) throw new StanzaError("item-not-found", "cancel", "");
    const items = [...kept.items].map(([id, payload]) => xml("item", { id }, payload));
    return xml("iq", { type: "result" }, xml("pubsub", { xmlns: PUBSUB }, xml("items", { node }, ...items)));
  }

  #configuration(node: string): Element {
    const size = String(this.nodes.get(node)!.maxItems);
    const field = xml("field", { var: "pubsub#max_items" }, xml("value", {}, size));
    const form = xml("x", { xmlns: "jabber:x:data", type: "form" }, field);
    const owner = { xmlns: `${PUBSUB}#owner` };
    return xml("iq", { type: "result" }, xml("pubsub", owner, xml("configure", { node }, form)));
  }

  #private(iq: Element, query: Element): Element {
    if (this.limits.isWithoutPrivate === true) throw new StanzaError("service-unavailable", "cancel", "");
    if (iq.attrs["type"] === "set") {
      this.storage = query.getChild("storage")!.getChildElements();
      return xml("iq", { type: "result" });
    }
    const storage = xml("storage", { xmlns: "storage:bookmarks" }, ...this.storage);
    return xml("iq", { type: "result" }, xml("query", { xmlns: PRIVATE }, storage));
  }
}

function maxItemsIn(form: Element): string | null {
  const field = form.getChildren("field").find((one) => one.attrs["var"] === "pubsub#max_items");
  return field?.getChildText("value") ?? null;
}
