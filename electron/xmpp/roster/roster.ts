/** The roster (RFC 6121 §2), with versioning (§2.6, formerly XEP-0237). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, toBare, receivedJid, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Subscription } from "../../../shared/model/contact.ts";
import type { Feature, FeaturePorts, IqAnswer } from "../feature.ts";
import type { RosterItem } from "../events.ts";
import type { RosterIntents } from "../intents.ts";

const NS = "jabber:iq:roster";
const NS_VERSIONS = "urn:xmpp:features:rosterver";
const SUBSCRIPTIONS: ReadonlySet<string> = new Set(["none", "to", "from", "both"]);
/** Limits on names, groups, items and versions; the excess is cut off. */
const MOST = { name: 1024, groups: 100, items: 100_000, version: 1024 };

/** @param storedVersion returns the stored version, null if none */
export function roster(
  { stream, emit }: FeaturePorts,
  storedVersion: () => Promise<string | null>,
): Feature & { intents: RosterIntents } {
  /** Whether this process has received the roster in the current or resumed session. */
  let heard = false;

  /**
   * Items with a resource, which gateways and old servers have (RFC 6121 §2.1.2.3 knows none): their address as the
   * server has it, by the person's.
   */
  const full = new Map<BareJid, Jid>();

  /**
   * A version that is cut off is another version: too long a one is none. With full addresses there is none either,
   * so that the next start loads them again.
   */
  function versionOf(query: Element): string | null {
    const version: unknown = query.attrs["ver"];
    if (full.size > 0) return null;
    return typeof version === "string" && version.length <= MOST.version ? version : null;
  }

  /** One item for each person: theirs, else the first with a resource. */
  function persons(items: readonly Item[]): RosterItem[] {
    full.clear();
    const found = new Map<BareJid, Item>();
    for (const item of items) {
      const before = found.get(item.jid);
      if (before === undefined || (!isBare(before.given) && isBare(item.given))) found.set(item.jid, item);
    }
    return [...found.values()].map(named);
  }

  function named({ given, ...item }: Item): RosterItem {
    if (isBare(given)) full.delete(item.jid);
    else full.set(item.jid, given);
    return item;
  }

  /** @param versions the server keeps versions */
  async function load(versions: boolean): Promise<void> {
    const known = await storedVersion();
    const version = versions ? { ver: known ?? "" } : {};
    const answer = await stream.request(xml("iq", { type: "get" }, xml("query", { xmlns: NS, ...version })));
    const query = answer.getChild("query", NS);
    if (query === undefined) {
      // RFC 6121 §2.6.3: an answer without query means that our version is current.
      if (known !== null) await emit({ type: "roster.loaded", items: null, version: known });
      return;
    }
    const items = persons(
      query
        .getChildren("item")
        .slice(0, MOST.items)
        .flatMap((item) => readItem(item) ?? []),
    );
    await emit({ type: "roster.loaded", items, version: versionOf(query) });
  }

  async function push(query: Element): Promise<IqAnswer> {
    const [item, ...others] = query.getChildren("item");
    const jid = receivedJid(item?.attrs["jid"]);
    // RFC 6121 §2.1.6: a push holds exactly one item.
    if (item === undefined || others.length > 0 || jid === null) return { refused: "bad-request", type: "modify" };
    const person = toBare(jid);
    const held = full.get(person) ?? person;
    if (item.attrs["subscription"] === "remove") {
      const version = isBare(jid) ? versionOf(query) : null;
      full.delete(person);
      // Of two items of one person, the one that we show is meant, or nothing changes.
      if (isBare(jid) === isBare(held)) await emit({ type: "roster.removed", jid: person, version });
    } else {
      const read = readItem(item);
      if (read !== null) {
        const one = named(read);
        await emit({ type: "roster.pushed", item: one, version: versionOf(query) });
      }
    }
    return { result: null };
  }

  return {
    name: "roster",
    // RFC 6121 §2.1.6 (CVE-2015-8688, CVE-2016-10376): only our own server may change our roster.
    answers: [{ type: "set", name: "query", xmlns: NS, audience: "account", answer: push }],
    async online({ resumed, features }) {
      // After resuming every push has come or will come. But a session that broke before the roster was here, or
      // that a process left behind when it ended, never brings it by itself.
      if (resumed && heard) return;
      heard = false;
      await load(features.getChild("ver", NS_VERSIONS) !== undefined);
      heard = true;
    },
    intents: {
      async set({ jid, name, groups }) {
        const item = xml(
          "item",
          { jid: full.get(jid) ?? jid, ...(name === "" ? {} : { name }) },
          ...groups.map((group) => xml("group", {}, group)),
        );
        await stream.request(xml("iq", { type: "set" }, xml("query", { xmlns: NS }, item)));
      },
      async remove(jid) {
        const item = xml("item", { jid: full.get(jid) ?? jid, subscription: "remove" });
        await stream.request(xml("iq", { type: "set" }, xml("query", { xmlns: NS }, item)));
      },
    },
  };
}

interface Item extends RosterItem {
  /** The address as the server has it. */
  given: Jid;
}

/** @returns null for an item without a usable address */
function readItem(item: Element): Item | null {
  const given = receivedJid(item.attrs["jid"]);
  if (given === null) return null;
  const subscription = String(item.attrs["subscription"] ?? "none");
  const groups = item.getChildren("group").map((group) => group.getText().slice(0, MOST.name));
  return {
    given,
    jid: toBare(given),
    name: String(item.attrs["name"] ?? "").slice(0, MOST.name),
    groups: [...new Set(groups)].filter((group) => group !== "").slice(0, MOST.groups),
    subscription: (SUBSCRIPTIONS.has(subscription) ? subscription : "none") as Subscription,
    asked: item.attrs["ask"] === "subscribe",
  };
}
