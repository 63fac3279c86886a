/**
 * The bookmark storage before XEP-0402: the list of XEP-0048, in private XML storage (XEP-0049) and in a PEP node. A
 * server that synchronizes it with the new one announces this (XEP-0402 §4, XEP-0411); otherwise changes are also
 * written here for the user's older programs.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { digestOf, NS_BOOKMARKS as NS_NEW, readBookmark, readConferences } from "./bookmark-format.ts";
import type { NodeSettings, Pep } from "./pep.ts";
import { StanzaError, type Stream } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";

const NS_OLD = "storage:bookmarks";
const NS_PRIVATE = "jabber:iq:private";

/** XEP-0048 §3: only our own devices may read it. */
export const OLD_NODE: NodeSettings = { name: NS_OLD, access: "whitelist", config: {} };

type OldPlace = "private" | "pep";

export interface OldBookmarks {
  /** The server synchronizes everything; nothing to do here. */
  isKeptByServer(): Promise<boolean>;
  /**
   * The `<conference/>` elements of each store that the server does not synchronize and that can be read.
   * @throws as `Stream.request`
   */
  read(): Promise<Map<OldPlace, Element[]>>;
  /**
   * Changes rooms in each non-empty store; null removes one. Preserves unknown content.
   * @param force also writes to an empty store, if no other one holds the rooms
   * @returns the `<conference/>` elements of each store that holds them now
   * @throws {NotConnected}, {RequestTimeout}
   */
  change(changes: ReadonlyMap<BareJid, Element | null>, force: boolean): Promise<Map<OldPlace, Element[]>>;
}

export function oldBookmarks(
  stream: Pick<Stream, "request">,
  pep: Pick<Pep, "items" | "publish">,
  server: Pick<ServerFeature, "has">,
): OldBookmarks {
  /** Serialized, because each change reads and writes the whole list. */
  const inTurn = pLimit(1);

  async function places(): Promise<OldPlace[]> {
    const [inPrivate, inPep, converts] = await Promise.all([
      server.has(`${NS_NEW}#compat`),
      server.has(`${NS_NEW}#compat-pep`),
      server.has("urn:xmpp:bookmarks-conversion:0"),
    ]);
    // XEP-0411 joins the two old ones: what is synchronized with one is synchronized with both.
    if (converts) return inPrivate || inPep ? [] : ["pep"];
    return [...(inPrivate ? [] : (["private"] as const)), ...(inPep ? [] : (["pep"] as const))];
  }

  /** Null if the store cannot be read, or was never there. */
  async function load(place: OldPlace): Promise<Element | null> {
    if (place === "pep")
      return (
        (await pep.items(OLD_NODE))?.find(({ payload }) => payload?.is("storage", NS_OLD) === true)?.payload ?? null
      );
    try {
      const answer = await stream.request(
        xml("iq", { type: "get" }, xml("query", { xmlns: NS_PRIVATE }, xml("storage", { xmlns: NS_OLD }))),
      );
      return answer.getChild("query", NS_PRIVATE)?.getChild("storage", NS_OLD) ?? null;
    } catch (error) {
      if (error instanceof StanzaError) return null;
      throw error;
    }
  }

  async function save(place: OldPlace, storage: Element): Promise<boolean> {
    try {
      if (place === "pep") return (await pep.publish(OLD_NODE, "current", storage)) === "kept";
      await stream.request(xml("iq", { type: "set" }, xml("query", { xmlns: NS_PRIVATE }, storage)));
      return true;
    } catch (error) {
      if (error instanceof StanzaError) return false;
      throw error;
    }
  }

  /** @returns null if the store does not hold the rooms now */
  async function changeAt(
    place: OldPlace,
    changes: ReadonlyMap<BareJid, Element | null>,
    force: boolean,
  ): Promise<Element[] | null> {
    const children = (await load(place))?.getChildElements() ?? [];
    const kept = readConferences(children.filter(({ name }) => name === "conference"));
    const wanted = [...changes].filter(([room, one]) => {
      const before = kept.get(room);
      if (one === null || before === undefined) return one !== null || before !== undefined;
      return digestOf(readBookmark(room, one)) !== digestOf(before);
    });
    const put = wanted.flatMap(([, one]) => one ?? []);
    if (children.length === 0 && !(force && put.length > 0)) return null;
    const changed = new Set<string>(wanted.map(([room]) => room));
    const others = children.filter((child) => child.name !== "conference" || !changed.has(String(child.attrs["jid"])));
    const next = [...others, ...put];
    if (wanted.length > 0 && !(await save(place, xml("storage", { xmlns: NS_OLD }, ...next)))) return null;
    return next.filter(({ name }) => name === "conference");
  }

  return {
    isKeptByServer: async () => (await places()).length === 0,
    async read() {
      const found = await Promise.all((await places()).map(async (place) => [place, await load(place)] as const));
      return new Map(
        found.flatMap(([place, storage]) =>
          storage === null ? [] : [[place, storage.getChildren("conference")] as const],
        ),
      );
    },
    change: (changes, force) =>
      inTurn(async () => {
        const written = new Map<OldPlace, Element[]>();
        for (const place of await places()) {
          const next = await changeAt(place, changes, force && written.size === 0);
          if (next !== null) written.set(place, next);
        }
        return written;
      }),
  };
}
