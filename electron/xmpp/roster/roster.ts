/** The roster (RFC 6121 §2), with versioning (§2.6, formerly XEP-0237). */
import xml, { type Element } from "@xmpp/xml";
import { isBare, tryJid } from "../../../shared/jid.ts";
import type { Subscription } from "../../../shared/model/contact.ts";
import type { IqAnswer } from "../stream/iq-answers.ts";
import type { RosterItem } from "../events.ts";
import type { RosterIntents } from "../intents.ts";
import type { Feature, FeaturePorts } from "../ports.ts";

const NS = "jabber:iq:roster";
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

  /** A truncated version would be another version, so an overlong one counts as none. */
  function versionOf(query: Element): string | null {
    const version: unknown = query.attrs["ver"];
    return typeof version === "string" && version.length <= MOST.version ? version : null;
  }

  async function load(): Promise<void> {
    const known = await storedVersion();
    const answer = await stream.request(xml("iq", { type: "get" }, xml("query", { xmlns: NS, ver: known ?? "" })));
    const query = answer.getChild("query", NS);
    if (query === undefined) {
      // RFC 6121 §2.6.3: an answer without query means that our version is current.
      if (known !== null) await emit({ type: "roster.loaded", items: null, version: known });
      return;
    }
    const items = query
      .getChildren("item")
      .slice(0, MOST.items)
      .flatMap((item) => readItem(item) ?? []);
    await emit({ type: "roster.loaded", items, version: versionOf(query) });
  }

  async function push(query: Element): Promise<IqAnswer> {
    const [item, ...others] = query.getChildren("item");
    const jid = tryJid(item?.attrs["jid"]);
    // RFC 6121 §2.1.6: a push contains exactly one item.
    if (item === undefined || others.length > 0 || jid === null || !isBare(jid))
      return { refused: "bad-request", type: "modify" };
    if (item.attrs["subscription"] === "remove") {
      await emit({ type: "roster.removed", jid, version: versionOf(query) });
    } else {
      const read = readItem(item);
      if (read !== null) await emit({ type: "roster.pushed", item: read, version: versionOf(query) });
    }
    return { result: null };
  }

  return {
    name: "roster",
    // RFC 6121 §2.1.6 (CVE-2015-8688, CVE-2016-10376): only our own server may change our roster.
    answers: [{ type: "set", name: "query", xmlns: NS, audience: "account", answer: push }],
    async online({ resumed }) {
      // A resumed session delivers every push. But if the session broke before the roster arrived, or comes from a
      // previous process, the roster must be requested.
      if (resumed && heard) return;
      heard = false;
      await load();
      heard = true;
    },
    intents: {
      async set({ jid, name, groups }) {
        const item = xml(
          "item",
          { jid, ...(name === "" ? {} : { name }) },
          ...groups.map((group) => xml("group", {}, group)),
        );
        await stream.request(xml("iq", { type: "set" }, xml("query", { xmlns: NS }, item)));
      },
      async remove(jid) {
        await stream.request(
          xml("iq", { type: "set" }, xml("query", { xmlns: NS }, xml("item", { jid, subscription: "remove" }))),
        );
      },
    },
  };
}

/** @returns null for an item without a valid address */
function readItem(item: Element): RosterItem | null {
  const jid = tryJid(item.attrs["jid"]);
  if (jid === null || !isBare(jid)) return null;
  const subscription = String(item.attrs["subscription"] ?? "none");
  const groups = item.getChildren("group").map((group) => group.getText().slice(0, MOST.name));
  return {
    jid,
    name: String(item.attrs["name"] ?? "").slice(0, MOST.name),
    groups: [...new Set(groups)].filter((group) => group !== "").slice(0, MOST.groups),
    subscription: (SUBSCRIPTIONS.has(subscription) ? subscription : "none") as Subscription,
    asked: item.attrs["ask"] === "subscribe",
  };
}
